import { describe, expect, test } from '@jest/globals';
import { releaseToReturnTo } from '../../src/deploy/acts/roll-back.ts';
import { stageOf } from '../support/stage-of.ts';
import { readLiveCommit } from '../../src/deploy/history/live-by-record.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { failed } from '../support/memory-host.ts';
import { playOneUnit, restarts } from '../support/one-unit.ts';
import { cancel, play, type Play } from '../support/play.ts';
import { request } from '../support/stage-context.ts';

const plan = { kind: 'restart' } as const;

/** A host with a release that stands by in the idle slot. */
async function restarting(): Promise<Play> {
  const p = await play({ request: plan, settings: { environment: { old_slot: 'warm' } } });
  p.host.slots.green = 'older';
  p.host.active.green = 'active';
  p.host.releases.set('older', 'good');
  return p;
}

async function through(p: Play) {
  await p.go();
  await p.approve();
  return p.go();
}

const asBefore = {
  live: 'blue',
  slots: { blue: 'old', green: 'older' },
  active: { blue: 'active', green: 'active' },
  releases: new Map([
    ['old', 'good'],
    ['older', 'good'],
  ]),
};

describe('a restart behind a proxy', () => {
  test('starts the live release anew in the idle slot, and moves users there after the approval', async () => {
    const p = await restarting();
    const prepared = await p.go();
    expect(prepared.facts).toMatchObject({
      release: 'old',
      slot: 'green',
      rollbackTo: { release: 'old', slot: 'blue' },
    });
    expect(p.host.live).toBe('blue');
    const start = p.host.calls.find(({ script }) => script === 'start-slot');
    expect(start?.parameters).toMatchObject({ release: 'old', slot: 'green', fresh: 'yes' });
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('succeeded');
    expect(p.host).toMatchObject({ live: 'green', slots: { blue: 'old', green: 'old' } });
    const brought = new Set(['upload', 'verify', 'preflight', 'sync-config']);
    expect(p.host.scripts.filter((script) => brought.has(script))).toEqual([]);
    // The release before is the same one: a button that leads there would lead nowhere.
    expect(releaseToReturnTo(d)).toBeUndefined();
  });

  test.each([
    ['that does not come up', 'failed'],
    ['that is called off at its approval', 'cancelled'],
  ])('%s leaves the live release and the one that stood by as they were', async (_name, how) => {
    const p = await restarting();
    if (how === 'failed')
      p.host.answers = (_release, url) => (url.port === '8002' ? { status: 500 } : {});
    await p.go();
    if (how === 'cancelled') await p.records.append(p.id, cancel);
    const d = await p.go();
    expect(d.finished?.ending).toBe(how);
    expect(stageOf(d, 'cleanup').warnings).toEqual([]);
    expect(p.host).toMatchObject(asBefore);
  });

  test('says so when what stood by cannot come back, and ends all the same', async () => {
    const p = await restarting();
    await p.go();
    p.host.on['install-unit'] = () => {
      throw failed('host-1', 'its unit is gone');
    };
    await p.records.append(p.id, cancel);
    const d = await p.go();
    expect(d.finished?.ending).toBe('cancelled');
    expect(stageOf(d, 'cleanup').warnings[0]).toMatch(/older does not stand by in green any more/);
  });

  test('that goes bad in its watch goes back to the process of before, and the release stays good', async () => {
    const p = await restarting();
    p.host.answers = (_release, url) =>
      p.host.live === 'green' && url.port === '8002' ? { status: 500 } : {};
    const d = await through(p);
    expect(d.finished?.ending).toBe('rolled-back');
    expect(p.host.live).toBe('blue');
    expect(p.host.releases.get('old')).toBe('good');
    expect(await p.records.readLock(d.request)).toBeDefined();
  });

  test('knows no commit, so it hides none from whoever asks what is live', async () => {
    const p = await play();
    await through(p);
    const before = await readLiveCommit(p.records, request());
    const again = await p.records.create(request(plan));
    if (again.kind !== 'created') throw new Error(again.kind);
    const { id } = again.deployment;
    const digest = (await runPhase(p.run, id, 'prepare'))?.gate?.digest ?? '';
    await p.records.append(id, { type: 'approved', at: 1, by: 'U0BEN', digest });
    await runPhase(p.run, id, 'release');
    expect((await runPhase(p.run, id, 'watch'))?.finished?.ending).toBe('succeeded');
    expect(before.kind).toBe('commit');
    expect(await readLiveCommit(p.records, request())).toEqual(before);
  });

  test.each([
    ['nothing is live', undefined, {}],
    ['what is live was laid out by hand', 'blue', { blue: 'adopted-blue' }],
  ] as const)('is refused where %s', async (_name, live, slots) => {
    const p = await play({ request: plan });
    Object.assign(p.host, { live, slots: { ...slots } });
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(stageOf(d, 'claim').failure).toMatchObject({ code: 'nothing-to-restart' });
    expect(p.host.scripts).not.toContain('start-slot');
  });
});

describe('a restart without a proxy', () => {
  test('happens in place, after the approval, and says how long users had no good answer', async () => {
    const p = await playOneUnit({ request: plan });
    const waiting = await p.go();
    expect(waiting.gate).toBeDefined();
    expect(restarts(p)).toEqual([]);
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('succeeded');
    expect(restarts(p)).toEqual(['host-1 old']);
    expect(stageOf(d, 'restart').summary).toMatch(/no good answer for 1\.\d s/);
    expect(p.host.releases.get('old')).toBe('good');
  });

  test('that fails tries the same release once more, and never calls it bad', async () => {
    const p = await playOneUnit({ request: plan });
    await p.go();
    p.host.answers = () => (p.host.live === 'green' ? { status: 500 } : {});
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(p.host.live).toBe('blue');
    expect(p.host.releases.get('old')).toBe('good');
  });

  test('that is called off has nothing to clean up', async () => {
    const p = await playOneUnit({ request: plan });
    await p.go();
    await p.records.append(p.id, cancel);
    expect((await p.go()).finished?.ending).toBe('cancelled');
    expect(p.host.scripts).not.toContain('cleanup');
    expect(p.host.releases.get('old')).toBe('good');
  });
});
