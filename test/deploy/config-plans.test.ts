import { describe, expect, test } from '@jest/globals';
import { StageFailed } from '../../src/deploy/record/errors.ts';
import { claim } from '../../src/deploy/stages/claim.ts';
import { compare } from '../../src/deploy/stages/compare.ts';
import { COMMIT, createMemoryWorld } from '../support/memory-ports.ts';
import { play } from '../support/play.ts';
import { request, stageContext } from '../support/stage-context.ts';

const service = { config: { file: '/etc/argo-bot/engine.json' } };
const fingerprints = { 'a.b': '11111111', c: '22222222' };

const has = (...lines: string[]) => [
  'live\tgreen',
  'slot_green\tr2',
  'free_mb\t9000',
  'now\t0',
  ...lines.map((line) => `fingerprint\t${line}`),
];

const liveOf = (sha: string) => [
  'live\tblue',
  'slot_blue\told',
  `live_commit\t${sha}`,
  'free_mb\t9000',
  'now\t0',
];

describe('a look at the config', () => {
  test('check reads the source and touches no host, whoever holds the claim', async () => {
    const looked = { kind: 'config-check' } as const;
    const p = await play({ settings: { service }, request: looked, config: { fingerprints } });
    const d = await p.go();
    expect(d.stages.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'source done',
      'config done',
    ]);
    expect(d.finished?.ending).toBe('dry-run');
    expect(p.host.scripts).toEqual([]);
    expect(await p.records.claim(request())).toBeUndefined();
  });

  test('check fails with what is wrong, and nothing is there to clean up', async () => {
    const looked = { kind: 'config-check' } as const;
    const problems = ['a.b has 31 characters, expected 32'];
    const p = await play({ settings: { service }, request: looked, config: { problems } });
    const d = await p.go();
    expect(d.finished?.ending).toBe('failed');
    expect(d.stages.map(({ name }) => name)).toEqual(['source', 'config']);
    expect(d.stages[1]?.failure).toMatchObject({ code: 'config-invalid', message: problems[0] });
    expect(p.host.scripts).toEqual([]);
  });

  test('diff tells host by host, also where hosts disagree on what is live', async () => {
    const world = createMemoryWorld({ hosts: ['one', 'two', 'three'] });
    const [one, two, three] = world.hosts;
    if (!one || !two || !three) throw new Error('three hosts');
    one.on['inspect'] = () => has('11111111 a.b', '22222222 c');
    two.on['inspect'] = () => has('99999999 a.b', '33333333 d');
    three.live = undefined;
    three.slots = {};
    const context = stageContext(world, { facts: { configFingerprints: fingerprints } });
    const { summary, facts } = await compare.run(context);
    expect(summary).toBe('2 of 3 hosts have another config');
    expect(facts?.configOnHosts?.['one']).toEqual({
      release: 'r2',
      changes: [],
      drift: [],
    });
    expect(facts?.configOnHosts?.['two']?.changes).toEqual([
      { key: 'a.b', was: '99999999', now: '11111111' },
      { key: 'c', was: undefined, now: '22222222' },
      { key: 'd', was: '33333333', now: undefined },
    ]);
    expect(world.hosts.flatMap(({ scripts }) => scripts)).not.toContain('claim');
  });
});

describe('a push', () => {
  const facts = { commit: COMMIT, release: 'r1', configFingerprints: {} };
  const pushing = { kind: 'config-push', ref: COMMIT.sha } as const;

  test('of another commit than users have is refused before anything is uploaded', async () => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => liveOf('f'.repeat(40));
    const running = claim.run(stageContext(world, { facts, request: pushing }));
    await expect(running).rejects.toBeInstanceOf(StageFailed);
    await expect(running).rejects.toMatchObject({ code: 'other-commit-live', host: 'host-1' });
  });

  test('of the live commit goes the way of every deployment', async () => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => liveOf(COMMIT.sha);
    const { facts: found } = await claim.run(stageContext(world, { facts, request: pushing }));
    expect(found?.slot).toBe('green');
    const p = await play({ request: pushing });
    const planned = (await p.now()).stages.map(({ name }) => name);
    expect(planned).toEqual((await (await play()).now()).stages.map(({ name }) => name));
  });
});
