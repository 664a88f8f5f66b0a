import { describe, expect, test } from '@jest/globals';
import { openGate } from '../../src/deploy/record/deployment.ts';
import { stageOf } from '../support/stage-of.ts';
import { Fenced, OutcomeUnknown } from '../../src/deploy/record/errors.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { failed as scriptFailed } from '../support/memory-host.ts';
import { cancel, play, started } from '../support/play.ts';
import { request } from '../support/stage-context.ts';

describe('a run that is stopped', () => {
  test('by a shutdown writes nothing about the stage and can be taken up again', async () => {
    const p = await play();
    p.host.on['verify'] = (_given, { signal }) => {
      p.stop.abort(new Error('the worker is stopping'));
      signal.throwIfAborted();
      return undefined;
    };
    await expect(p.phase('prepare')).rejects.toThrow('stopping');
    // That it was parked on purpose, so that it does not count as a crash.
    expect(p.types().slice(-2)).toEqual(['intent', 'phase-interrupted']);
    delete p.host.on['verify'];
    const d = await runPhase({ ...p.run, signal: new AbortController().signal }, p.id, 'prepare');
    expect(d && openGate(d)).toBeDefined();
  });

  test('in good order, however often, is no crash', async () => {
    const p = await play();
    let stops = 0;
    for (; stops < 8; stops += 1) {
      const stop = new AbortController();
      p.host.on['upload'] = (_given, { signal }) => {
        stop.abort(new Error('stopping'));
        signal.throwIfAborted();
        return undefined;
      };
      await expect(runPhase({ ...p.run, signal: stop.signal }, p.id, 'prepare')).rejects.toThrow();
    }
    delete p.host.on['upload'];
    expect(openGate(await p.go())).toBeDefined();
  });

  test('before it began takes no epoch', async () => {
    const p = await play();
    p.stop.abort(new Error('stopping'));
    await expect(p.phase('prepare')).rejects.toThrow('stopping');
    expect(p.types()).toEqual(['requested']);
  });

  test('by a newer owner writes nothing more', async () => {
    const p = await play();
    p.host.on['upload'] = async () => {
      const epoch = await p.records.takeEpoch(p.id);
      await p.records.append(p.id, started(epoch));
      p.host.epoch = epoch;
      return undefined;
    };
    await expect(p.phase('prepare')).rejects.toBeInstanceOf(Fenced);
    expect(p.types().at(-1)).toBe('phase-started');
    expect(stageOf(await p.now(), 'upload').status).toBe('running');
  });

  test('by records that do not answer says nothing about the deployment', async () => {
    const p = await play();
    await p.go();
    await p.approve();
    await p.phase('release');
    const silent = new OutcomeUnknown('redis', { code: 'records-unreachable', next: 'Wait.' });
    const changeAs = p.records.changeAs.bind(p.records);
    let writes = 0;
    p.ports.records = {
      ...p.records,
      changeAs: async (...given) => {
        writes += 1;
        // The end of the watch: neither its rounds nor its intent.
        if (writes === 6) throw silent;
        return changeAs(...given);
      },
    };
    await expect(p.phase('watch')).rejects.toBe(silent);
    const { due, ending } = await p.now();
    expect({ due, ending }).toEqual({ due: 'watch', ending: undefined });
    expect((await p.go()).finished?.ending).toBe('succeeded');
  });
});

describe('a cancel', () => {
  test('in the middle of a stage stops it and cleans up', async () => {
    const p = await play();
    p.host.on['preflight'] = async (_given, { signal }) => {
      await p.records.append(p.id, cancel);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      return undefined;
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('cancelled');
    expect(stageOf(d, 'preflight').failure).toMatchObject({ code: 'cancelled' });
    expect(p.host.scripts).toContain('cleanup');
    expect(p.host.scripts).not.toContain('start-slot');
  });

  test('that was accepted just before the switch stops the switch', async () => {
    const p = await play();
    await p.go();
    await p.approve();
    // The worker hears of nothing until it writes: the worst order there is.
    p.ports.records = { ...p.records, subscribe: async () => async () => undefined };
    let looks = 0;
    p.host.on['inspect'] = async () => {
      looks += 1;
      if (looks === 1) await p.records.append(p.id, cancel);
      return undefined;
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('cancelled');
    expect(p.host.scripts).not.toContain('switch');
    expect(p.host.live).toBe('blue');
  });

  test('in the watch does nothing: past the switch there is only going back', async () => {
    const p = await play();
    await p.go();
    await p.approve();
    await p.phase('release');
    await p.records.append(p.id, cancel);
    expect((await p.go()).finished?.ending).toBe('succeeded');
  });
});

describe('a rollback request', () => {
  test('ends the watch and takes the traffic back', async () => {
    const p = await play({
      settings: { environment: { watch: { checks: 500, interval_seconds: 0.05 } } },
    });
    await p.go();
    await p.approve();
    await p.phase('release');
    p.host.on['slot-state'] = async () => {
      delete p.host.on['slot-state'];
      await p.records.append(p.id, {
        type: 'rollback-requested',
        at: 1,
        by: 'U0BEN',
        reason: 'bad',
      });
      return undefined;
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(p.host).toMatchObject({ live: 'blue' });
    expect(p.host.releases.get(d.facts.release ?? '')).toBe('bad');
    expect(await p.records.readLock(request())).toMatchObject({ by: 'U0BEN', reason: 'bad' });
  });

  test('that cannot be carried out ends as rollback-failed', async () => {
    const p = await play();
    await p.go();
    await p.approve();
    p.host.on['switch'] = () => Promise.reject(scriptFailed('host-1', 'nginx is gone'));
    expect((await p.go()).finished?.ending).toBe('rollback-failed');
  });
});
