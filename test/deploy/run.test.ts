import { describe, expect, test } from '@jest/globals';
import { openGate, stageOf, type Deployment } from '../../src/deploy/deployment.ts';
import { Fenced, HostUnreachable, OutcomeUnknown } from '../../src/deploy/errors.ts';
import type { DeploymentEvent, DeployRequest, Phase } from '../../src/deploy/events.ts';
import { runPhase, type Run } from '../../src/deploy/run.ts';
import { failed as scriptFailed, linkLost } from '../support/memory-host.ts';
import { createMemoryWorld, type MemoryWorld, type WorldOptions } from '../support/memory-ports.ts';
import { request } from '../support/stage-context.ts';
import { settingsWith, type Changes } from '../support/target.ts';

interface Play extends MemoryWorld {
  id: string;
  run: Run;
  stop: AbortController;
  /** One phase, as a worker runs it. */
  phase(name: Phase): Promise<Deployment>;
  /** Every due phase, until a gate or the end. */
  go(): Promise<Deployment>;
  approve(): Promise<void>;
  now(): Promise<Deployment>;
  types(): string[];
}

async function play(
  options: WorldOptions & { settings?: Changes; request?: Partial<DeployRequest> } = {},
): Promise<Play> {
  const world = createMemoryWorld(options);
  const created = await world.records.create(request(options.request));
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const stop = new AbortController();
  const hosts = world.hosts.map(({ name }) => name);
  const settings = settingsWith({ hosts, ...options.settings });
  const run: Run = { ports: world.ports, settings, worker: 'w1', signal: stop.signal };
  const now = async (): Promise<Deployment> => {
    const latest = await world.records.read(id);
    if (!latest) throw new Error('no record');
    return latest;
  };
  const phase = async (name: Phase) => (await runPhase(run, id, name)) ?? now();
  return {
    ...world,
    id,
    run,
    stop,
    phase,
    now,
    async go() {
      for (let d = await now(); ;) {
        if (!d.due) return d;
        d = await phase(d.due);
      }
    },
    async approve() {
      const digest = openGate(await now())?.digest ?? '';
      await world.records.append(id, { type: 'approved', at: Date.now(), by: 'U0BEN', digest });
    },
    types: () => world.records.journal(id).map(({ type }) => type),
  };
}

const cancel: DeploymentEvent = { type: 'cancel-requested', at: 1, by: 'U0ADA' };

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
      ...health,
    ]);
  });
  const health = ['slot-state'];

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

  test('a phase that six workers have died in fails instead of being tried again', async () => {
    const p = await play();
    await p.records.append(p.id, ...[0, 0, 0, 0, 0].map(started));
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(stageOf(d, 'source').failure?.message).toContain('6 workers have stopped');
  });

  test('a service that argo.yml no longer declares waits, without using up its tries', async () => {
    const p = await play();
    const gone = { ...p.run, settings: settingsWith({ environment: {} }) };
    gone.settings.services = {};
    for (let tries = 0; tries < 7; tries += 1) {
      await expect(runPhase(gone, p.id, 'prepare')).rejects.toMatchObject({ code: 'target-gone' });
    }
    expect(p.types()).toEqual(['requested']);
    expect(openGate(await p.go())).toBeDefined();
  });
});

function started(epoch: number): DeploymentEvent {
  return { type: 'phase-started', at: 1, phase: 'prepare', epoch, worker: `w${epoch}` };
}

describe('a run that is stopped', () => {
  test('by a shutdown writes nothing more and can be taken up again', async () => {
    const p = await play();
    p.host.on['verify'] = (_given, { signal }) => {
      p.stop.abort(new Error('the worker is stopping'));
      signal.throwIfAborted();
      return undefined;
    };
    await expect(p.phase('prepare')).rejects.toThrow('stopping');
    expect(p.types().at(-1)).toBe('intent');
    delete p.host.on['verify'];
    const d = await runPhase({ ...p.run, signal: new AbortController().signal }, p.id, 'prepare');
    expect(d && openGate(d)).toBeDefined();
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

describe('a host that is away', () => {
  const down = new HostUnreachable('host-1 is down', { code: 'no-route', next: 'Start it.' });

  test('is said at once at the claim, where nothing has begun', async () => {
    let opened = 0;
    const p = await play({
      opening: () => {
        opened += 1;
        throw down;
      },
    });
    expect(stageOf(await p.go(), 'claim').failure).toMatchObject({ code: 'no-route' });
    // Once ahead of each of the two phases, and once for the claim itself.
    expect(opened).toBe(3);
  });

  test.each([
    ['a lost link', linkLost('host-1')],
    ['an unreachable host', down],
  ])('in the middle is tried again after %s', async (_name, error) => {
    const p = await play();
    let tries = 0;
    p.host.on['upload'] = () => {
      tries += 1;
      if (tries < 3) throw error;
      return undefined;
    };
    expect(openGate(await p.go())).toBeDefined();
    expect(tries).toBe(3);
  });

  test.each(['host-key-mismatch', 'auth-refused'])('is not tried again after %s', async (code) => {
    const p = await play();
    p.host.on['upload'] = () => Promise.reject(new HostUnreachable('no', { code, next: 'Mend.' }));
    expect(stageOf(await p.go(), 'upload').failure).toMatchObject({ code });
    expect(p.host.scripts.filter((script) => script === 'upload')).toHaveLength(1);
  });
});

describe('the epoch', () => {
  test('goes past what the hosts know, when Redis has forgotten', async () => {
    const p = await play({ hosts: ['host-1', 'host-2', 'host-3', 'host-4'] });
    p.hosts.forEach((host, index) => (host.epoch = 40 + index * 10));
    expect(openGate(await p.go())).toBeDefined();
    expect(p.hosts.map(({ epoch }) => epoch)).toEqual([71, 71, 71, 71]);
  });
});
