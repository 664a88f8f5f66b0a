import { describe, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { stageOf } from '../support/stage-of.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { StageFailed } from '../../src/deploy/record/errors.ts';
import { failed } from '../support/memory-host.ts';
import { playOneUnit, restarts, withOneUnit } from '../support/one-unit.ts';
import type { Play } from '../support/play.ts';
import { settingsWith } from '../support/target.ts';

const released = async (p: Play) => {
  await p.go();
  await p.approve();
  return p.go();
};
const newOf = async (p: Play) => (await p.now()).facts.release ?? '';
/** Every release but the old one says that it is ill. */
const onlyOldIsWell = (p: Play) => {
  for (const host of p.hosts)
    host.answers = (release) => (release === 'old' ? {} : { status: 500 });
};

describe('a release without a proxy', () => {
  test('touches nothing that runs before the approval', async () => {
    const p = await playOneUnit();
    const d = await p.go();
    expect(d.gate).toBeDefined();
    const changing = new Set(['restart', 'start-slot', 'install-unit', 'switch']);
    expect(p.host.scripts.filter((script) => changing.has(script))).toEqual([]);
  });

  test('is restarted once, and the record says how long users had no good answer', async () => {
    const p = await playOneUnit();
    const d = await released(p);
    expect(d.finished?.ending).toBe('succeeded');
    expect(restarts(p)).toEqual([`host-1 ${await newOf(p)}`]);
    const down = d.facts.downtime?.['host-1'];
    expect(down).toMatchObject({ atMost: false });
    expect(down?.ms).toBeGreaterThanOrEqual(1_200);
    expect(stageOf(d, 'restart').summary).toMatch(
      /^users are on \d{8}-\d{6}-1a2b3c4; no good answer for 1\.\d s$/,
    );
  });

  test('tells the approver of the next one how long the last restart took', async () => {
    const p = await playOneUnit();
    await released(p);
    const { request } = await p.now();
    const created = await p.records.create(request);
    if (created.kind !== 'created') throw new Error(created.kind);
    const next = await runPhase(p.run, created.deployment.id, 'prepare');
    expect(next?.facts.lastDowntimeMs).toBeGreaterThanOrEqual(1_200);
  });

  test('goes back within the same stage when it is not well, and the rollback finds it done', async () => {
    const p = await playOneUnit();
    onlyOldIsWell(p);
    const d = await released(p);
    const release = await newOf(p);
    expect(d.finished?.ending).toBe('rolled-back');
    // The third finds it done.
    expect(restarts(p)).toEqual([`host-1 ${release}`, 'host-1 old', 'host-1 old']);
    const { failure } = stageOf(d, 'restart');
    expect(failure?.code).toBe('unhealthy');
    expect(failure?.message).toMatch(
      /the previous release is live again\. Users had no good answer for \d+\.\d s \(\d+\.\d s with the new release, \d+\.\d s during the rollback\)/,
    );
    expect(failure?.next).toBe(
      'press Show log, find the cause in `1a2b3c4`, the only new commit, fix it, commit and push; then `/argo unlock` and `/argo deploy`.',
    );
    expect(p.host.live).toBe('blue');
    expect(await p.records.readLock(d.request)).toBeDefined();
    expect(p.host.releases.get(release)).toBe('bad');
  });

  test('counts the time without a service also if systemd does not start the new release', async () => {
    const p = await playOneUnit();
    const usual = p.host.on['restart'];
    p.host.on['restart'] = async (given, options) => {
      const answer = (await usual?.(given, options)) ?? [];
      if (given['release'] === 'old') return answer.filter((line) => !line.startsWith('down_ms'));
      throw new StageFailed('engine.service did not start', {
        code: 'not-started',
        next: 'fix it, then `/argo deploy`.',
        host: 'host-1',
      });
    };
    const { failure } = stageOf(await released(p), 'restart');
    expect(failure?.message).toMatch(
      /host-1: the previous release is live again\. Users had no good answer for at most \d+\.\d s \(at most \d+\.\d s with the new release, \d+\.\d s during the rollback\)/,
    );
  });

  test('leaves the old service running when the host refuses it before the stop', async () => {
    const p = await playOneUnit();
    const usual = p.host.on['restart'];
    p.host.on['restart'] = (given, options) => {
      if (given['release'] !== 'old') throw failed('host-1', 'the port is taken');
      return usual?.(given, options);
    };
    const d = await released(p);
    expect(stageOf(d, 'restart').failure?.message).toContain(
      'old was not touched and kept running',
    );
    expect(d.finished?.ending).toBe('rolled-back');
  });

  test('that is the first, and fails, has nothing to go back to and says so', async () => {
    const p = await playOneUnit();
    p.host.live = undefined;
    p.host.slots = {};
    p.host.releases.clear();
    p.host.answers = () => ({ status: 500 });
    const d = await released(p);
    expect(d.finished?.ending).toBe('rollback-failed');
    expect(stageOf(d, 'restart').failure?.message).toContain('There is no earlier release');
    expect(stageOf(d, 'restart-back').failure?.code).toBe('nothing-to-return-to');
    expect(restarts(p)).toEqual([`host-1 ${await newOf(p)}`]);
  });
});

describe('several hosts', () => {
  const hosts = ['a', 'b', 'c'];

  test('are restarted one after the other', async () => {
    const p = await playOneUnit({ hosts });
    let down = 0;
    let most = 0;
    for (const host of p.hosts) {
      const usual = host.on['restart'];
      host.on['restart'] = async (given, options) => {
        down += 1;
        most = Math.max(most, down);
        await wait(5);
        const answer = await usual?.(given, options);
        down -= 1;
        return answer;
      };
    }
    const d = await released(p);
    expect(d.finished?.ending).toBe('succeeded');
    expect(most).toBe(1);
    const release = await newOf(p);
    expect(restarts(p)).toEqual(hosts.map((name) => `${name} ${release}`));
  });

  test('stop at the first that fails: it and those before it go back, the rest is not touched', async () => {
    const p = await playOneUnit({ hosts });
    const [, b] = p.hosts;
    if (b) b.answers = (release) => (release === 'old' ? {} : { status: 500 });
    for (const host of p.hosts) host.log = ['Traceback of the service'];
    const d = await released(p);
    const release = await newOf(p);
    expect(d.finished?.ending).toBe('rolled-back');
    // The new release never ran on the third host, so its log is that of another release.
    expect(Object.keys(d.facts.causes ?? {})).toEqual(['a', 'b']);
    const inRelease = restarts(p).filter((line) => line.endsWith(release));
    expect(inRelease).toEqual([`a ${release}`, `b ${release}`]);
    expect(p.hosts.map(({ live, slots }) => live && slots[live])).toEqual(['old', 'old', 'old']);
    expect(stageOf(d, 'restart').failure?.message).toMatch(
      /b: the previous release is live again.*\na: the previous release is live again/s,
    );
  });
});

describe('a worker that dies', () => {
  test('after the restart: the next one finds it done and does not restart again', async () => {
    const p = await playOneUnit();
    await p.go();
    await p.approve();
    p.host.answers = (release) => {
      if (release !== 'old') p.stop.abort(new Error('killed'));
      return {};
    };
    await expect(p.phase('release')).rejects.toThrow('killed');
    p.host.answers = () => ({});
    const signal = new AbortController().signal;
    const d = await runPhase({ ...p.run, signal, worker: 'w2' }, p.id, 'release');
    expect(stageOf(d ?? (await p.now()), 'restart').status).toBe('done');
    const release = await newOf(p);
    expect(restarts(p)).toEqual([`host-1 ${release}`, `host-1 ${release}`]);
    expect(p.host.live).toBe('green');
  });

  test('on the way back: the next one does not try the bad release on users again', async () => {
    const p = await playOneUnit();
    onlyOldIsWell(p);
    await p.go();
    await p.approve();
    const usual = p.host.on['restart'];
    p.host.on['restart'] = (given, options) => {
      const answer = usual?.(given, options);
      if (given['release'] === 'old') p.stop.abort(new Error('killed'));
      return answer;
    };
    await expect(p.phase('release')).rejects.toThrow('killed');
    withOneUnit(p.host);
    const signal = new AbortController().signal;
    const d = await runPhase({ ...p.run, signal, worker: 'w2' }, p.id, 'release');
    expect(stageOf(d ?? (await p.now()), 'restart').failure?.message).toContain('was left before');
    expect(p.host.live).toBe('blue');
    expect(p.host.active).toEqual({ blue: 'active', green: 'inactive' });
  });
});

test('a strategy that was changed in the middle stops it until it is put back', async () => {
  const p = await playOneUnit();
  await expect(runPhase({ ...p.run, settings: settingsWith() }, p.id, 'prepare')).rejects.toThrow(
    /no longer says strategy: restart/,
  );
  expect((await p.now()).stalled?.next).toContain('restore it in argo.yml');
  expect((await p.go()).gate).toBeDefined();
});
