import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../src/deploy/host/observe.ts';
import { planRestart, planSlot } from '../../../src/deploy/host/choose-slot.ts';
import {
  chooseRollbackTarget,
  firstSwitchToUndo,
} from '../../../src/deploy/host/rollback-target.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext, request } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';
import { finish } from '../../../src/deploy/stages/finish.ts';

const old = { address: '8000', unit: 'engine.service' };

/** A host that was laid out by hand: one old service, plain folders, nothing of argo-bot. */
function byHand(different: Partial<Observation> = {}): Observation {
  return {
    facts: { slots: { blue: 'adopted-blue', green: 'adopted-green' }, freeMb: 1 },
    releases: [],
    proxied: [],
    liveCommit: undefined,
    fingerprints: {},
    trafficMismatch: undefined,
    externalServices: [old],
    serviceBefore: undefined,
    slotUsers: {},
    staleUnits: [],
    active: { blue: 'active', green: 'active' },
    warnings: [],
    ...different,
  };
}
const plan = (wanted: 'blue' | 'green' | 'idle', ...seen: Observation[]) =>
  planSlot(targetWith(), wanted, Object.fromEntries(seen.map((one, n) => [`host-${n + 1}`, one])));

describe('beside a service that works in the folder of a slot, the first release', () => {
  test('takes the other slot', () => {
    expect(plan('idle', byHand()).slot).toBe('blue');
    expect(plan('idle', byHand({ slotUsers: { green: [old.unit] } })).slot).toBe('blue');
    expect(plan('idle', byHand({ slotUsers: { blue: [old.unit] } })).slot).toBe('green');
    expect(plan('idle', byHand(), byHand({ slotUsers: { blue: [old.unit] } })).slot).toBe('green');
  });

  test.each<[string, 'blue' | 'idle', Observation]>([
    [
      'is not put into that slot when somebody names it',
      'blue',
      byHand({ slotUsers: { blue: [old.unit] } }),
    ],
    [
      'finds no slot when both are taken',
      'idle',
      byHand({ slotUsers: { blue: [old.unit], green: ['other.service'] } }),
    ],
    [
      'is followed by none until that service has ended',
      'idle',
      byHand({
        facts: { live: 'green', liveRelease: 'r1', slots: { green: 'r1' }, freeMb: 1 },
        slotUsers: { blue: [old.unit] },
      }),
    ],
  ])('%s', (_name, wanted, seen) => {
    expect(() => plan(wanted, seen)).toThrow(
      expect.objectContaining({
        code: 'slot-occupied',
        host: 'host-1',
        next: expect.stringMatching(/systemctl disable --now \w+\.service/),
      }),
    );
  });
});

const released = (different: Partial<Observation> = {}) =>
  byHand({
    facts: { live: 'blue', liveRelease: 'r1', slots: { blue: 'r1' }, freeMb: 1 },
    releases: [{ name: 'r1', verdict: 'good' }],
    serviceBefore: old,
    ...different,
  });
const back = (ref: string | undefined, ...seen: Observation[]) =>
  firstSwitchToUndo(
    request({ kind: 'rollback', ref }),
    Object.fromEntries(seen.map((one, n) => [`host-${n + 1}`, one])),
  );

describe('a rollback by hand after the first release', () => {
  test('goes to what users had before, where it still runs everywhere', () => {
    expect(back(undefined, released(), released())).toEqual({
      release: 'r1',
      slot: 'blue',
      before: old,
    });
  });

  test.each<[string, string | undefined, Observation[]]>([
    ['asked for by name', 'r0', [released()]],
    [
      'where one host has it no more',
      undefined,
      [released(), released({ serviceBefore: undefined })],
    ],
    [
      'where a good release is kept',
      undefined,
      [released({ releases: [{ name: 'r0', verdict: 'good' }] })],
    ],
  ])('does not, %s', (_name, ref, seen) => {
    expect(back(ref, ...seen)).toBeUndefined();
  });

  test('never goes to a folder that nothing can start', () => {
    const seen = released({
      facts: {
        live: 'blue',
        liveRelease: 'r1',
        slots: { blue: 'r1', green: 'adopted-green' },
        freeMb: 1,
      },
      releases: [{ name: 'adopted-green', verdict: 'no-unit' }],
    });
    expect(() => chooseRollbackTarget(request({ kind: 'rollback' }), { 'host-1': seen })).toThrow(
      expect.objectContaining({ code: 'no-release-to-return-to' }),
    );
  });
});

test('what still runs beside the slots is told when a deployment ends, with how to stop it', async () => {
  const world = createMemoryWorld();
  world.host.on['finish'] = () => [
    'kept\t1',
    'outside\t8000 engine.service',
    'outside\t8009 process-42',
  ];
  const facts = { slot: 'green', release: 'r1' } as const;
  expect((await finish.run(stageContext(world, { facts }))).warnings).toEqual([
    expect.stringMatching(
      /^host-1: engine\.service.*port 8000.*systemctl disable --now engine\.service$/,
    ),
    expect.stringMatching(/^host-1: process-42.*port 8009.*kill 42$/),
  ]);
});

test('a restart of nothing leaves to the headline that there is nothing to restart', () => {
  expect(() => planRestart(targetWith(), { 'host-1': byHand() })).toThrow(
    expect.objectContaining({
      code: 'nothing-to-restart',
      message: 'no release of argo-bot is live on host-1',
    }),
  );
});
