import { describe, expect, test } from '@jest/globals';
import { stageOf } from '../../support/stage-of.ts';
import { failed } from '../../support/memory-host.ts';
import { play } from '../../support/play.ts';

const KEY = 'key-of-that-release';
const OLDER = '20261101-090000-aaaaaaa';

/** A worker that has read no config goes back by hand to a release that dies, writing its key. */
async function goingBack(reading: () => string[]) {
  const p = await play({
    settings: { service: { config: { file: 'config.json' } } },
    request: { kind: 'rollback', ref: OLDER },
  });
  p.host.releases.set(OLDER, 'good');
  p.host.log = [`GET /v2/aggs?with=${KEY}`];
  p.host.answers = (release) => (release === OLDER ? { status: 500 } : {});
  p.host.on['read-config'] = reading;
  return p;
}

const journalOf = (p: Awaited<ReturnType<typeof goingBack>>): string =>
  p.ports.redactor.clean(JSON.stringify(p.records.journal(p.id)));

describe('the secrets of the release that a rollback goes to', () => {
  test('are read from its host before anything that it wrote is told', async () => {
    const p = await goingBack(() => [KEY]);
    const d = await p.go();
    expect(stageOf(d, 'return-slot').failure?.log).toContain('GET /v2/aggs?with=');
    expect(journalOf(p)).not.toContain(KEY);
    const asked = p.host.calls.find(({ script }) => script === 'read-config');
    expect(asked?.parameters).toMatchObject({
      root: '/opt/engine',
      release: OLDER,
      config: 'config.json',
    });
  });

  test('that cannot be read cost the log, not the message', async () => {
    const p = await goingBack(() => {
      throw failed('host-1', 'no such file');
    });
    const { failure } = stageOf(await p.go(), 'return-slot');
    expect(failure).toMatchObject({
      code: 'unhealthy',
      log: 'the log is withheld: its config could not be read to hide secrets',
    });
    expect(journalOf(p)).not.toContain(KEY);
  });

  test('are hidden in what a start that fails says, or that is withheld', async () => {
    const refuse = () => {
      throw failed('host-1', `died with ${KEY}`);
    };
    const told = await goingBack(() => [KEY]);
    told.host.on['start-slot'] = refuse;
    expect(stageOf(await told.go(), 'return-slot').failure?.message).toContain('died with');
    expect(journalOf(told)).not.toContain(KEY);
    const silent = await goingBack(refuse);
    silent.host.on['start-slot'] = refuse;
    expect(stageOf(await silent.go(), 'return-slot').failure?.message).toContain('withheld');
    expect(journalOf(silent)).not.toContain(KEY);
  });

  test('are asked for once, and only when users are back', async () => {
    const fine = await goingBack(() => [KEY]);
    fine.host.answers = () => ({});
    expect((await fine.go()).finished?.ending).toBe('rolled-back');
    const { scripts } = fine.host;
    expect(scripts.filter((name) => name === 'read-config')).toHaveLength(1);
    expect(scripts.indexOf('read-config')).toBeGreaterThan(scripts.lastIndexOf('switch'));
  });
});

const never = (): Promise<never> => new Promise(() => undefined);

/** A deployment that has got this far, on a machine whose disk and repository do not answer. */
async function takenOver(phase: 'release' | 'rollback') {
  const p = await play({
    settings: { service: { config: { file: 'config.json' } } },
    config: { fingerprints: { key: 'aabbccdd' } },
  });
  await p.phase('prepare');
  await p.approve();
  if (phase === 'rollback')
    await p.records.append(p.id, { type: 'rollback-requested', at: 1, reason: 'bad' });
  p.ports.source.files = never;
  p.ports.source.filesHere = never;
  return p;
}

describe('a worker that takes over', () => {
  test('asks no repository for secrets, and goes on without what it has not got', async () => {
    const p = await takenOver('release');
    expect((await p.phase('release')).due).toBe('watch');
  });

  test('does not let the switch back wait for them at all', async () => {
    const p = await takenOver('rollback');
    const warnings: string[] = [];
    p.ports.log.warn = (_details: unknown, text: string) => void warnings.push(text);
    let failRead: ((error: Error) => void) | undefined;
    p.ports.source.filesHere = () => new Promise((_, fail) => (failRead = fail));
    p.host.on['switch'] = () => {
      failRead?.(new Error('the disk is gone'));
      return undefined;
    };
    expect((await p.phase('rollback')).finished?.ending).toBe('rolled-back');
    // Only a reading that still goes on when users are moved can fail then.
    expect(warnings).toContainEqual(expect.stringContaining('could not be read'));
  });
});
