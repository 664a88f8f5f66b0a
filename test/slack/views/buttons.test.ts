import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRecord } from '../../../sandbox/workspace/model.ts';
import { actions } from '../../../src/slack/bolt/listeners.ts';
import { valueOf } from '../../../src/slack/contract/values.ts';
import { type Interactive, interactiveIn } from '../../support/slack-limits.ts';
import { hears, registered } from '../support/registered.ts';
import type { Drawn, Payload } from './table/entry.ts';
import { table } from './table/table.ts';

const listening = registered();

describe('every button, select and form has a listener that understands it, and is for people who may use it', () => {
  test.each(table.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => {
    for (const payload of Object.values(entry.states())) expect(unheard(payload)).toEqual([]);
    fc.assert(
      fc.property(entry.drawn, (drawn) =>
        expect([...unheard(drawn.payload), ...notForThem(drawn)]).toEqual([]),
      ),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

/** What would be clicked or sent in vain. */
function unheard(payload: unknown): string[] {
  const forms = [payload]
    .filter(isRecord)
    .filter((one) => one['type'] === 'modal' && one['submit'] !== undefined)
    .filter((one) => !hears(listening.view, idOf(one)));
  return [
    ...forms.map((form) => `nobody listens to the form ${JSON.stringify(form)}`),
    ...interactiveIn(payload).flatMap(deaf),
  ];
}

const idOf = (form: Record<string, unknown>): string => String(form['callback_id']);

function deaf({ id, type, input, value }: Interactive): string[] {
  if (type === 'external_select' && !hears(listening.options, id))
    return [`nobody has options for ${id}`];
  if (input || value['url'] !== undefined) return [];
  if (!hears(listening.action, id)) return [`nobody listens to ${id}`];
  if (type !== 'button') return [];
  const listener = actions.find((one) => id === one.id || id.startsWith(`${one.id}:`));
  const carried = valueOf(String(value['value']));
  return listener?.value.safeParse(carried).success
    ? []
    : [`the listener of ${id} cannot read ${String(value['value'])}`];
}

/** Whoever sees a message in a channel may see its buttons: a click asks `policy`. */
function isPersonal(payload: Payload): boolean {
  if (Array.isArray(payload)) return false;
  if ('type' in payload) return payload.type === 'home' || payload.type === 'modal';
  return !('key' in payload) && !('everyone' in payload && payload.everyone);
}

function notForThem({ payload, may }: Drawn): string[] {
  if (!isPersonal(payload)) return [];
  return interactiveIn(payload)
    .filter(({ id, type, input }) => type === 'button' && !input && !may?.includes(id))
    .map(({ id }) =>
      may
        ? `${id} is not for them`
        : `${id} is shown to one person: say in the table who may (may)`,
    );
}

test('a button that nobody listens to, or that carries something else, is found', () => {
  const button = { type: 'button', text: { type: 'plain_text', text: 'x' } };
  const message = (id: string, value: string) => ({
    text: 'x',
    blocks: [{ type: 'actions', elements: [{ ...button, action_id: id, value }] }],
  });
  expect(unheard(message('rollback', '{"d":"d1"}'))).toEqual([]);
  expect(unheard(message('rollback', '{"x":1}'))).toHaveLength(1);
  expect(unheard(message('roll-back', '{"d":"d1"}'))).toHaveLength(1);
  const submit = { type: 'plain_text', text: 'Go' };
  expect(unheard({ type: 'modal', callback_id: 'nobody', submit, blocks: [] })).toHaveLength(1);
});
