import { describe, expect, test } from '@jest/globals';
import { openGate } from '../../src/deploy/record/deployment.ts';
import { stageOf } from '../support/stage-of.ts';
import { failed } from '../support/memory-host.ts';
import { playOneUnit } from '../support/one-unit.ts';
import { play } from '../support/play.ts';

const early = { request: { gate: 'start' } } as const;
/** Scripts that run, install or start what the commit brings. */
const RUNS: ReadonlySet<string> = new Set([
  'preflight',
  'install-unit',
  'vet-unit',
  'start-slot',
  'restart',
  'switch',
]);

describe('an approval before the start', () => {
  test('comes before anything of the commit runs on a host', async () => {
    const p = await play(early);
    expect(openGate(await p.go())).toBeDefined();
    expect(p.host.scripts.filter((script) => RUNS.has(script))).toEqual([]);
    expect(p.host.scripts).toContain('show-unit');
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('succeeded');
    const ran = p.host.scripts.filter((script) => RUNS.has(script));
    expect(ran).toEqual(['preflight', 'install-unit', 'start-slot', 'switch']);
    expect(p.host.live).toBe('green');
  });

  test('of a service with one unit as well', async () => {
    const p = await playOneUnit(early);
    p.host.on['show-unit'] = () => [];
    expect(openGate(await p.go())).toBeDefined();
    expect(p.host.scripts.filter((script) => RUNS.has(script))).toEqual([]);
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('succeeded');
    expect(p.host.scripts.filter((script) => RUNS.has(script))).toEqual([
      'preflight',
      'vet-unit',
      'restart',
    ]);
  });

  test('of what then fails to start ends as failed, cleaned up, with users where they were', async () => {
    const p = await play(early);
    await p.go();
    p.host.on['start-slot'] = () => {
      throw failed('host-1', 'port taken');
    };
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(stageOf(d, 'start').failure?.message).toContain('port taken');
    expect(p.host.scripts).toContain('cleanup');
    expect(p.host.scripts).not.toContain('switch');
    expect(p.host).toMatchObject({ live: 'blue', slots: { blue: 'old' } });
  });

  test('of what then is unhealthy ends as failed as well', async () => {
    const p = await play({
      ...early,
      settings: { service: { health: { path: '/h', timeout_seconds: 0.2, interval_ms: 20 } } },
    });
    p.host.answers = () => ({ status: 500 });
    await p.go();
    await p.approve();
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(stageOf(d, 'health').status).toBe('failed');
    expect(p.host.scripts).toContain('cleanup');
  });

  test('is void where the hosts have changed by the time of the switch', async () => {
    const p = await play(early);
    await p.go();
    p.host.slots.blue = 'hotfix';
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('voided');
    expect(p.host.scripts).not.toContain('switch');
  });

  test('from hours ago starts nothing', async () => {
    const p = await play(early);
    await p.go();
    const digest = openGate(await p.now())?.digest ?? '';
    const at = Date.now() - 7_200_000;
    await p.records.append(p.id, { type: 'approved', at, by: 'U0BEN', digest });
    const d = await p.go();
    expect(d.finished?.ending).toBe('voided');
    expect(stageOf(d, 'preflight').failure?.code).toBe('approval-too-old');
    expect(p.host.scripts).not.toContain('preflight');
  });

  test('goes on after a crash where it was, without a second approval', async () => {
    const p = await play(early);
    await p.go();
    await p.approve();
    p.host.on['start-slot'] = () => {
      p.stop.abort(new Error('kill -9'));
      delete p.host.on['start-slot'];
      throw p.stop.signal.reason;
    };
    await expect(p.phase('release')).rejects.toThrow();
    expect((await p.now()).due).toBe('release');
    const next = { ...p.run, signal: new AbortController().signal };
    Object.assign(p.run, next);
    expect((await p.go()).finished?.ending).toBe('succeeded');
    expect(p.types().filter((type) => type === 'gate-opened')).toHaveLength(1);
  });

  test('changes nothing for a dry run, which has no gate', async () => {
    const p = await play({ request: { gate: 'start', dryRun: true } });
    expect((await p.go()).finished?.ending).toBe('dry-run');
    expect(p.host.scripts).toEqual(['inspect']);
  });
});
