import { describe, expect, test } from '@jest/globals';
import { play, type Play } from '../support/play.ts';

const at = '2026-11-24T17:00:00Z';

async function approved(): Promise<Play> {
  const p = await play();
  await p.go();
  await p.approve();
  return p;
}

describe('the guard on the host', () => {
  test('stands before traffic moves, and knows the way back', async () => {
    const p = await approved();
    const { facts } = await p.phase('release');
    const { scripts, calls } = p.host;
    expect(scripts.indexOf('arm-guard')).toBe(scripts.indexOf('switch') - 1);
    expect(calls.find(({ script }) => script === 'arm-guard')?.parameters).toMatchObject({
      slot: 'green',
      release: facts.release,
      back: 'blue',
      back_release: 'old',
      back_unit: 'engine-blue.service',
      silence: 60,
      unit: 'argo-guard-engine-production.service',
    });
  });

  test('is not left where there is nothing to go back to', async () => {
    const p = await play();
    p.host.live = undefined;
    p.host.slots = {};
    await p.go();
    await p.approve();
    await p.phase('release');
    expect(p.host.scripts).toContain('switch');
    expect(p.host.scripts).not.toContain('arm-guard');
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
      `host-1 went back by itself to old in blue at ${at}: green was not healthy and nothing had been heard of the bot`,
    );
    expect(p.host.releases.get(d.facts.release ?? '')).toBe('bad');
    expect((await p.records.readLock(d.request))?.reason).toContain('went back by itself');
  });

  test('that went back before a switch was known to be done stops its repetition', async () => {
    const p = await approved();
    p.host.on['arm-guard'] = () => [`returned\t${at}`];
    const d = await p.go();
    expect(p.host.scripts.filter((script) => script === 'switch')).toHaveLength(1);
    expect(p.host.live).toBe('blue');
    expect(d.finished?.ending).toBe('rolled-back');
    expect(d.stages.find(({ name }) => name === 'switch')?.failure?.code).toBe('guard-returned');
  });
});
