import { describe, expect, test } from '@jest/globals';
import { stageOf } from '../../support/stage-of.ts';
import { play, type Play } from '../../support/play.ts';
import type { DeployRequest } from '../../../src/deploy/record/events.ts';

const LOST = '20261101-090000-aaaaaaa';

/** A host on which the release of a deployment that Redis has lost waits for its approval. */
async function afterTheLoss(request: Partial<DeployRequest> = {}): Promise<Play> {
  const p = await play({ request });
  p.host.slots.green = LOST;
  p.host.active.green = 'active';
  p.host.releases.set(LOST, 'none');
  p.host.epoch = 7;
  return p;
}

const cleanups = ({ host }: Play) =>
  host.calls.filter(({ script }) => script === 'cleanup').map(({ parameters }) => parameters);
/** It ends right after its claim. */
const noFurther = (p: Play): void => {
  p.host.on['upload'] = () => Promise.reject(new Error('no further'));
};

describe('what a lost deployment left in the idle slot', () => {
  test('is ended and removed by the next one, though that goes no further than its claim', async () => {
    const p = await afterTheLoss();
    noFurther(p);
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(p.host).toMatchObject({ slots: { blue: 'old' }, active: { green: 'inactive' } });
    expect(p.host.releases).toEqual(new Map([['old', 'good']]));
    expect(cleanups(p)[0]).toMatchObject({
      release: LOST,
      live_before: 'blue',
      live_release: 'old',
      epoch: 8,
    });
    expect(stageOf(d, 'claim').warnings).toEqual([
      `host-1: ${LOST} ran in green and never passed a watch: its deployment did not finish, so it was removed`,
    ]);
  });

  test('is removed as well where no slot holds it: a cleanup on a full disk did not get through', async () => {
    const p = await afterTheLoss();
    delete p.host.slots.green;
    noFurther(p);
    const d = await p.go();
    expect(p.host.releases).toEqual(new Map([['old', 'good']]));
    expect(stageOf(d, 'claim').warnings.join()).toMatch(/^host-1: \S+ was kept and never passed/);
  });

  test.each<[string, (p: Play) => void, Partial<DeployRequest>]>([
    ['it was good', ({ host }) => host.releases.set(LOST, 'good'), {}],
    ['users may be there', ({ host }) => void (host.proxied = 'green'), {}],
    ['users are there', ({ host }) => void (host.live = 'green'), {}],
    ['somebody only looks', () => undefined, { dryRun: true }],
    ['users are to go back', () => undefined, { kind: 'rollback' }],
  ])('is left where %s', async (_name, change, request) => {
    const p = await afterTheLoss(request);
    change(p);
    noFurther(p);
    p.host.on['install-unit'] = () => Promise.reject(new Error('no further'));
    await p.go();
    expect(cleanups(p).filter(({ release }) => release === LOST)).toEqual([]);
    expect(p.host.slots.green).toBe(LOST);
  });
});
