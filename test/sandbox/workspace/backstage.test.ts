import { afterEach, describe, expect, test } from '@jest/globals';
import type { Trouble } from '../../../sandbox/workspace/backstage.ts';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import { closeAll, post, workspace } from './support.ts';

afterEach(closeAll);

/** Something that stands until it is mended, and what became of it. */
function lamp(): { trouble: Trouble; state: { lit: boolean } } {
  const state = { lit: true };
  const trouble: Trouble = {
    id: 'lamp',
    group: 'House',
    label: 'Lamp out',
    verb: 'Put out',
    about: 'it gets dark',
    strike: async () => {
      state.lit = false;
      return 'it is dark';
    },
    mend: async () => void (state.lit = true),
  };
  return { trouble, state };
}

const failing = () => Promise.reject(new Error('no hands'));

async function shown(space: Workspace): Promise<unknown> {
  const state: unknown = await (await fetch(`${space.url}/sandbox/state`)).json();
  return Object(state).troubles;
}

const act = (space: Workspace, id: string, on: boolean) =>
  post(`${space.url}/sandbox/trouble`, { user: 'U1', id, on });

describe('what can be broken from the page', () => {
  test('stands until it is mended, and says what it did', async () => {
    const space = await workspace();
    const { trouble, state } = lamp();
    space.offer([trouble], () => []);
    expect(await shown(space)).toMatchObject([{ label: 'Lamp out', on: false, busy: false }]);
    await act(space, 'lamp', true);
    expect(state.lit).toBe(false);
    expect(await shown(space)).toMatchObject([{ on: true, said: 'it is dark' }]);
    await act(space, 'lamp', false);
    expect(state.lit).toBe(true);
    expect(await shown(space)).toMatchObject([{ on: false }]);
  });

  test('that it did not work is said, and it does not stand', async () => {
    const space = await workspace();
    space.offer([{ ...lamp().trouble, strike: failing }], () => []);
    await act(space, 'lamp', true);
    expect(await shown(space)).toMatchObject([{ on: false, said: 'It did not work: no hands' }]);
  });

  test('what is not offered is refused', async () => {
    const space = await workspace();
    expect(await act(space, 'moon', true)).toMatchObject({ status: 400 });
  });

  test('the figures are those of now', async () => {
    const space = await workspace();
    let value = '1';
    space.offer([], () => [{ label: 'Requests', value, well: true }]);
    value = '2';
    const state: unknown = await (await fetch(`${space.url}/sandbox/state`)).json();
    expect(Object(state).gauges).toEqual([{ label: 'Requests', value: '2', well: true }]);
  });
});
