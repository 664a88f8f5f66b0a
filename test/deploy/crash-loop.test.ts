import { expect, test } from '@jest/globals';
import { stageOf } from '../support/stage-of.ts';
import type { Phase } from '../../src/deploy/record/events.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { play, type Play } from '../support/play.ts';
import { request } from '../support/stage-context.ts';

/** As many workers as may die in one stage: each takes over, begins the script, and is never heard of again. */
async function dieIn(p: Play, phase: Phase, script: string, workers = 5): Promise<void> {
  for (let n = 1; n <= workers; n += 1) {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    p.host.on[script] = () => {
      enter();
      return new Promise(() => undefined);
    };
    void runPhase({ ...p.run, worker: `w${n}` }, p.id, phase);
    await entered;
  }
  delete p.host.on[script];
}

const starts = (p: Play, phase: Phase): number =>
  p.records.journal(p.id).filter((event) => event.type === 'phase-started' && event.phase === phase)
    .length;

test('five workers that die in one stage before the switch: the sixth fails it and cleans up', async () => {
  const p = await play();
  await dieIn(p, 'prepare', 'upload');
  const uploads = p.host.scripts.filter((script) => script === 'upload').length;
  const d = await p.go();
  expect(d.finished?.ending).toBe('failed');
  expect(stageOf(d, 'upload').failure).toMatchObject({
    code: 'crash-loop',
    message: expect.stringContaining('5 workers crashed'),
  });
  expect(starts(p, 'prepare')).toBe(6);
  expect(p.host.scripts.filter((script) => script === 'upload')).toHaveLength(uploads);
  expect(p.host.scripts).toContain('cleanup');
  expect(p.host).toMatchObject({ live: 'blue', slots: { blue: 'old' } });
  expect(await p.records.claim(request())).toBeUndefined();
});

test.each<[string, Phase]>([
  ['switch', 'release'],
  ['finish', 'watch'],
])(
  'five workers that die in the script %s: the sixth does not begin it again',
  async (script, phase) => {
    const p = await play();
    await p.go();
    await p.approve();
    if (phase === 'watch') await p.phase('release');
    await dieIn(p, phase, script);
    const d = await p.go();
    expect(starts(p, phase)).toBe(6);
    // After a watch that passed users are well; what is left is to say that nobody tidied up.
    expect(d.finished?.ending).toBe(phase === 'watch' ? 'succeeded' : 'rolled-back');
    expect(p.host.live).toBe(phase === 'watch' ? 'green' : 'blue');
    const lock = await p.records.readLock(request());
    if (phase === 'release') expect(lock?.reason).toContain('5 workers crashed');
    else expect(lock).toBeUndefined();
  },
);

test('workers that die in a rollback never make it give up: users are on the bad release', async () => {
  const p = await play();
  await p.go();
  await p.approve();
  await p.phase('release');
  const reason = 'errors after the switch';
  await p.records.append(p.id, { type: 'rollback-requested', at: Date.now(), reason });
  await dieIn(p, 'rollback', 'switch', 7);
  const d = await p.go();
  expect(starts(p, 'rollback')).toBe(8);
  expect(d.finished?.ending).toBe('rolled-back');
  expect(p.host.live).toBe('blue');
});
