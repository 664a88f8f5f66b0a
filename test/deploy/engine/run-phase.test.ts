import { describe, expect, test } from '@jest/globals';
import { releaseToReturnTo } from '../../../src/deploy/acts/roll-back.ts';
import { openGate } from '../../../src/deploy/record/deployment.ts';
import { stageOf } from '../../support/stage-of.ts';
import { runPhase } from '../../../src/deploy/engine/run-phase.ts';
import { failed as scriptFailed } from '../../support/memory-host.ts';
import { cancel, play, started } from '../../support/play.ts';
import { request } from '../../support/stage-context.ts';
import { settingsWith } from '../../support/target.ts';

describe('a deployment', () => {
  test('is prepared, waits for its approval, switches, is watched and succeeds', async () => {
    const p = await play({ hosts: ['host-1', 'host-2'] });
    expect(openGate(await p.go())).toBeDefined();
    expect(p.hosts.map(({ live }) => live)).toEqual(['blue', 'blue']);
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('succeeded');
    expect(d.stages.map(({ status }) => status)).not.toContain('failed');
    expect(p.hosts.map(({ live }) => live)).toEqual(['green', 'green']);
    expect(p.closed()).toBe(3);
  });

  test('ends what could still be done with the one before it, which a dry run does not', async () => {
    const p = await play();
    await p.go();
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('succeeded');
    const dry = await p.records.create(request({ dryRun: true }));
    if (dry.kind !== 'created') throw new Error(dry.kind);
    await runPhase(p.run, dry.deployment.id, 'prepare');
    expect(releaseToReturnTo(await p.now())).toBe('old');
    const next = await p.records.create(request());
    if (next.kind !== 'created') throw new Error(next.kind);
    await runPhase(p.run, next.deployment.id, 'prepare');
    expect(await p.now()).toMatchObject({ superseded: true, finished: { ending: 'succeeded' } });
    expect(releaseToReturnTo(await p.now())).toBeUndefined();
  });

  test('ends what could still be done with the last one that ran, past one that left the queue', async () => {
    const p = await play();
    await p.go();
    const queued = await p.records.createOrEnqueue(request({ ref: 'other' }), false);
    if (queued.kind !== 'waiting') throw new Error(queued.kind);
    await p.approve();
    await p.go();
    const left = { type: 'finished', at: Date.now(), ending: 'cancelled' } as const;
    await p.records.change(queued.deployment.id, () => [left]);
    const next = await p.records.create(request());
    if (next.kind !== 'created') throw new Error(next.kind);
    await runPhase(p.run, next.deployment.id, 'prepare');
    expect(await p.now()).toMatchObject({ superseded: true });
  });

  test('writes an intent before every stage and its end after it', async () => {
    const p = await play();
    await p.go();
    const [, ...rest] = p.types();
    expect(rest.slice(0, 5)).toEqual(['phase-started', 'intent', 'done', 'intent', 'done']);
    expect(rest.slice(-2)).toEqual(['phase-done', 'gate-opened']);
  });

  test('as a dry run touches nothing and ends by itself', async () => {
    const p = await play({ request: { dryRun: true } });
    expect((await p.go()).finished?.ending).toBe('dry-run');
    expect(p.host.scripts).toEqual(['inspect']);
  });

  test('that failed before the gate is cleaned up and never touches the live slot', async () => {
    const p = await play();
    p.host.on['start-slot'] = () => {
      throw scriptFailed('host-1', 'port taken');
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(stageOf(d, 'start').failure?.message).toContain('port taken');
    expect(p.host.scripts).toContain('cleanup');
    expect(p.host).toMatchObject({ live: 'blue', slots: { blue: 'old' } });
  });

  test('whose hosts moved since the approval was asked is voided and cleaned up', async () => {
    const p = await play();
    await p.go();
    p.host.slots.blue = 'hotfix';
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('voided');
    expect(stageOf(d, 'recheck').failure).toMatchObject({ code: 'drift', host: 'host-1' });
    expect(p.host.scripts).not.toContain('switch');
    expect(p.host.scripts).toContain('cleanup');
  });
});

describe('on several hosts', () => {
  test('no host is switched when another one failed before', async () => {
    const p = await play({ hosts: ['host-1', 'host-2', 'host-3'] });
    const [, second] = p.hosts;
    if (second) second.on['start-slot'] = () => Promise.reject(scriptFailed('host-2', 'full'));
    expect((await p.go()).finished?.ending).toBe('failed');
    expect(p.hosts.flatMap(({ scripts }) => scripts)).not.toContain('switch');
  });

  test('a switch that fails on one takes the others back', async () => {
    const p = await play({ hosts: ['host-1', 'host-2'] });
    await p.go();
    const [, second] = p.hosts;
    if (second) {
      second.on['switch'] = ({ to }) => {
        if (to === 'green') throw scriptFailed('host-2', 'nginx refuses');
        return undefined;
      };
    }
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(p.hosts.map(({ live }) => live)).toEqual(['blue', 'blue']);
    const lock = await p.records.readLock(request());
    expect(lock?.reason).toContain('nginx refuses');
  });
});

describe('after a crash', () => {
  test('a stage between intent and done is run again, and what was done is not', async () => {
    const p = await play();
    await p.phase('prepare');
    const whole = [...p.records.journal(p.id)];
    const cut = whole.findIndex((event) => event.type === 'intent' && event.stage === 'verify');
    const again = await play();
    await again.records.append(again.id, ...whole.slice(1, cut + 1));
    const d = await again.phase('prepare');
    expect(openGate(d)).toBeDefined();
    expect(d.phasesDone).toEqual(['prepare']);
    expect(again.host.scripts).toEqual([
      'verify',
      'preflight',
      'install-unit',
      'start-slot',
      'slot-state',
    ]);
  });

  test('a cancel that nobody was left to notice stops the next worker', async () => {
    const p = await play();
    await p.records.append(p.id, started(1), cancel);
    const d = await p.go();
    expect(d.finished?.ending).toBe('cancelled');
    expect(p.host.scripts).toEqual([]);
  });

  test('a worker that takes over knows what to hide', async () => {
    const config = { secrets: ['hunter2-hunter2'], fingerprints: { key: 'aabbccdd' } };
    const declared = { config: { file: 'config.json' } };
    const first = await play({ config, settings: { service: declared } });
    await first.phase('prepare');
    const second = await play({ config, settings: { service: declared } });
    await second.records.append(second.id, ...first.records.journal(first.id).slice(1));
    await second.approve();
    second.host.live = 'blue';
    await second.phase('release');
    expect(second.ports.redactor.clean('key hunter2-hunter2')).toBe('key [secret]');
  });

  test('a service that argo.yml no longer declares waits, without using up its tries', async () => {
    const p = await play();
    const gone = { ...p.run, settings: settingsWith({ environment: {} }) };
    gone.settings.services = {};
    for (let tries = 0; tries < 7; tries += 1) {
      await expect(runPhase(gone, p.id, 'prepare')).rejects.toMatchObject({ code: 'target-gone' });
    }
    // Said once, for the thread; over as soon as a worker knows the service again.
    expect(p.types()).toEqual(['requested', 'stalled']);
    expect((await p.now()).stalled?.message).toContain('no longer declares engine in production');
    const gated = await p.go();
    expect(openGate(gated)).toBeDefined();
    expect(gated.stalled).toBeUndefined();
  });
});
