import { describe, expect, test } from '@jest/globals';
import { playOneUnit } from '../../support/one-unit.ts';
import { play, type Play } from '../../support/play.ts';
import { oneUnit } from '../../support/target.ts';

const at = '2026-11-24T17:00:00Z';

async function approved(): Promise<Play> {
  const p = await play();
  await p.go();
  await p.approve();
  return p;
}

/** Seconds that the guard of a deployment with these settings waits. */
const silence = async (environment: object, service?: object) => {
  const p = await (environment === oneUnit ? playOneUnit : play)({
    settings: { environment, ...(service ? { service } : {}) },
  });
  await p.go();
  await p.approve();
  await p.phase('release');
  const move = p.host.calls.find(({ parameters }) => parameters['guard'] !== undefined);
  return move?.parameters['silence'];
};
describe('the guard on the host', () => {
  test('stands before traffic moves, and knows the way back', async () => {
    const p = await approved();
    const { facts } = await p.phase('release');
    expect(p.host.calls.find(({ script }) => script === 'switch')?.parameters).toMatchObject({
      to: 'green',
      release: facts.release,
      return_slot: 'blue',
      return_release: 'old',
      return_unit: 'engine-blue.service',
      silence: 60,
      guard: 'argo-guard-engine-production.service',
    });
  });

  test('waits as long as argo.yml says, and never less than a slow watch or a restart takes', async () => {
    const watch = { checks: 3, interval_seconds: 0.05, guard_after_seconds: 20 };
    expect(await silence({ watch })).toBe(20);
    expect(await silence({ watch: { ...watch, guard_after_seconds: 5 } })).toBe(14);
    const health = { path: '/health', status: 'status', interval_ms: 20, timeout_seconds: 90 };
    expect(await silence(oneUnit, { health })).toBe(100);
  });

  test('is not left where there is nothing to go back to', async () => {
    const p = await play();
    p.host.live = undefined;
    p.host.slots = {};
    await p.go();
    await p.approve();
    await p.phase('release');
    const move = p.host.calls.find(({ script }) => script === 'switch');
    expect(move).toBeDefined();
    expect(move?.parameters['guard']).toBeUndefined();
  });

  test('hears of every round of the watch', async () => {
    const p = await approved();
    await p.go();
    const heard = p.host.calls.filter(({ parameters }) => parameters['heard'] === 'yes');
    expect(heard.length).toBeGreaterThanOrEqual(3);
  });

  test('that went back by itself in the watch is reported as a rollback, and locks', async () => {
    const p = await approved();
    await p.phase('release');
    p.host.live = 'blue';
    p.host.on['slot-state'] = ({ heard }) =>
      heard === undefined ? undefined : ['restarts\t0', `guard_returned\t${at}`];
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.rollback?.reason).toBe(
      `host-1 rolled back automatically to old in blue at ${at}, because green was unhealthy and argo-bot did not reach the host`,
    );
    expect(p.host.releases.get(d.facts.release ?? '')).toBe('bad');
    expect((await p.records.readLock(d.request))?.reason).toContain('rolled back automatically');
  });

  test('that went back before a switch was known to be done stops its repetition', async () => {
    const p = await approved();
    p.host.on['switch'] = ({ guard }) => (guard === undefined ? undefined : [`returned\t${at}`]);
    const d = await p.go();
    expect(p.host.live).toBe('blue');
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.stages.find(({ name }) => name === 'switch')?.failure?.code).toBe('guard-returned');
  });

  test('that went back before the public address was asked is the reason that people read', async () => {
    const p = await approved();
    p.host.on['switch'] = ({ guard }) => {
      if (guard === undefined) return undefined;
      p.host.on['slot-state'] = ({ heard }) =>
        heard === undefined ? undefined : ['restarts\t0', `guard_returned\t${at}`];
      return [];
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.rollback?.reason).toContain('host-1 rolled back automatically to old in blue');
  });

  test('that went back after the last round of the watch is not called a success', async () => {
    const p = await approved();
    p.host.on['finish'] = () => {
      p.host.live = 'blue';
      return [`returned\t${at}`];
    };
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.rollback?.reason).toContain('rolled back automatically');
    expect(d.stages.filter(({ name }) => name === 'lock')).toHaveLength(1);
  });

  test('that went back with the one unit takes the other hosts along, and is left alone', async () => {
    const p = await playOneUnit({ hosts: ['host-1', 'host-2'] });
    await p.go();
    await p.approve();
    const second = p.hosts[1]!;
    const usual = second.on['restart']!;
    second.on['restart'] = (given, options) =>
      given['guard'] === undefined ? usual(given, options) : [`returned\t${at}`];
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.rollback?.reason).toContain('host-2 rolled back automatically to old');
    expect(p.hosts.map(({ live }) => live)).toEqual(['blue', 'blue']);
    const [ran] = second.calls.filter(({ script }) => script === 'restart').slice(1);
    expect(ran?.parameters).toMatchObject({ release: 'old', to: 'blue' });
  });
});
