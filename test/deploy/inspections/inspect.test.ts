import { describe, expect, test } from '@jest/globals';
import { inspect } from '../../../src/deploy/inspections/inspect.ts';
import {
  commandFor,
  inspectionDecision,
  InspectionResult,
  type WantedInspection,
} from '../../../src/deploy/inspections/inspection.ts';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import {
  createMemoryWorld,
  type MemoryWorld,
  type WorldOptions,
} from '../../support/memory-ports.ts';
import { type Changes, settingsWith } from '../../support/target.ts';

const asked = (wanted: WantedInspection) => ({
  ...wanted,
  id: 'i1',
  at: 0,
  service: 'engine',
  environment: 'production',
  origin: { user: 'U0ADA', channel: 'C0OPS', team: 'T0' },
});

function run(
  world: MemoryWorld,
  wanted: WantedInspection,
  changes: Changes = {},
  signal = new AbortController().signal,
) {
  const settings = settingsWith({ hosts: world.hosts.map(({ name }) => name), ...changes });
  return inspect({ ports: world.ports, settings, signal }, asked(wanted));
}

const service = { config: { file: '/etc/argo-bot/engine.json' } };
const fingerprints = { 'a.b': '11111111', c: '22222222' };
const has = (...lines: string[]) => [
  'live\tgreen',
  'slot_green\tr2',
  'free_mb\t9000',
  'now\t0',
  ...lines.map((line) => `fingerprint\t${line}`),
];
const withConfig = (options: WorldOptions) => createMemoryWorld(options);

test('health asks every slot of every host', async () => {
  const world = createMemoryWorld({ hosts: ['a', 'b'] });
  const [, b] = world.hosts;
  if (b) b.answers = () => ({ body: JSON.stringify({ status: 'degraded', version: 'old' }) });
  if (b) b.slots = { blue: 'old', green: 'older' };
  const found = await run(world, { kind: 'health' });
  expect(found).toMatchObject({
    kind: 'found',
    findings: {
      slots: {
        a: [{ slot: 'blue', live: true, release: 'old', state: 'healthy' }],
        b: [
          { slot: 'blue', live: true, state: 'degraded' },
          { slot: 'green', live: false, state: 'stopped' },
        ],
      },
    },
  });
  expect(InspectionResult.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  expect(world.host.scripts).toEqual(['inspect']);
});

test('a host that does not answer is named, and hides no other', async () => {
  const world = createMemoryWorld({ hosts: ['a', 'b'] });
  const [a] = world.hosts;
  if (!a) throw new Error('two hosts');
  a.on['inspect'] = () =>
    Promise.reject(new StageFailed('disk full', { code: 'probe-failed', next: '' }));
  expect(await run(world, { kind: 'health' })).toMatchObject({
    kind: 'found',
    findings: { slots: { b: [{ state: 'healthy' }] } },
    warnings: [expect.stringContaining('a gave no answer: disk full')],
  });
});

describe('logs', () => {
  test('come from the live slot, or from the one named', async () => {
    const world = createMemoryWorld();
    world.host.log = ['one', 'two', 'three'];
    const unit = 'engine-blue.service';
    expect(await run(world, { kind: 'logs', slot: 'idle', lines: 2 })).toMatchObject({
      findings: { logs: [{ host: 'host-1', unit, log: 'two\nthree' }] },
    });
    expect(await run(createMemoryWorld(), { kind: 'logs', slot: 'green' })).toMatchObject({
      findings: { logs: [{ unit: 'engine-green.service', log: '' }] },
    });
  });

  test('of a host on which nothing is live say how to name a slot', async () => {
    const world = createMemoryWorld();
    world.host.live = undefined;
    expect(await run(world, { kind: 'logs', slot: 'idle' })).toMatchObject({
      kind: 'failed',
      failure: { code: 'nothing-live', next: '`/argo logs blue`.' },
    });
    world.host.slots = {};
    expect(await run(world, { kind: 'logs', slot: 'idle' })).toMatchObject({
      failure: { code: 'nothing-live', next: '`/argo deploy`.' },
    });
  });

  test('are bounded for all hosts together', async () => {
    const world = createMemoryWorld();
    world.host.log = Array.from({ length: 5_000 }, (_, at) => `line ${at} ${'x'.repeat(100)}`);
    const found = await run(world, { kind: 'logs', slot: 'idle', lines: 5_000 });
    expect(JSON.stringify(found).length).toBeLessThan(200_000);
    expect(JSON.stringify(found)).toContain('line 4999 ');
  });
});

describe('diff', () => {
  test('shows what of a commit users do not have yet', async () => {
    const world = createMemoryWorld();
    const found = await run(world, { kind: 'diff', ref: 'main' });
    expect(found).toMatchObject({
      findings: { facts: { commit: {}, commits: expect.any(Array), diff: {} } },
    });
    expect(world.host.scripts.every((one) => ['inspect', 'read-manifest'].includes(one))).toBe(
      true,
    );
  });

  test('shows a commit that must not be deployed, with the reason', async () => {
    const world = createMemoryWorld();
    const refused = new StageFailed('it does not belong to main', {
      code: 'ref-not-allowed',
      next: '',
    });
    world.ports.source.admit = () => Promise.reject(refused);
    expect(await run(world, { kind: 'diff' })).toMatchObject({
      kind: 'found',
      warnings: [expect.stringContaining('does not belong to main')],
    });
  });
});

describe('the config', () => {
  test('check reads the source and touches no host', async () => {
    const world = withConfig({ config: { fingerprints } });
    expect(await run(world, { kind: 'config-check' }, { service })).toMatchObject({
      findings: { values: 2, tried: 0 },
    });
    expect(world.host.scripts).toEqual([]);
  });

  test('check fails with what is wrong', async () => {
    const problems = ['a.b has 31 characters, expected 32'];
    const world = withConfig({ config: { problems } });
    expect(await run(world, { kind: 'config-check' }, { service })).toMatchObject({
      failure: { code: 'config-invalid', message: problems[0] },
    });
  });

  test('diff tells host by host, also where hosts disagree on what is live', async () => {
    const world = withConfig({ hosts: ['one', 'two', 'three'], config: { fingerprints } });
    const [one, two, three] = world.hosts;
    if (!one || !two || !three) throw new Error('three hosts');
    one.on['inspect'] = () => has('11111111 a.b', '22222222 c');
    two.on['inspect'] = () => has('99999999 a.b', '33333333 d');
    three.live = undefined;
    three.slots = {};
    expect(await run(world, { kind: 'config-diff' }, { service })).toMatchObject({
      findings: {
        configs: {
          one: { changes: [], drift: [] },
          two: {
            changes: [
              { key: 'a.b', was: '99999999', now: '11111111' },
              { key: 'c', now: '22222222' },
              { key: 'd', was: '33333333' },
            ],
            isNew: false,
          },
          three: { isNew: true },
        },
      },
    });
    expect(world.hosts.flatMap(({ scripts }) => scripts)).not.toContain('claim');
  });
});

describe('what goes wrong', () => {
  test('of our own is told by an id, without its text', async () => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => Promise.reject(new Error('undefined is not a function'));
    const failed = await run(world, { kind: 'health' });
    expect(failed).toMatchObject({ kind: 'failed', failure: { code: 'unexpected' } });
    expect(JSON.stringify(failed)).not.toContain('not a function');
  });

  test('is redacted', async () => {
    const world = createMemoryWorld();
    world.ports.redactor.learn(['correct-horse-battery']);
    const why = new StageFailed('key correct-horse-battery is wrong', {
      code: 'probe-failed',
      next: '',
    });
    world.host.on['inspect'] = () => Promise.reject(why);
    expect(JSON.stringify(await run(world, { kind: 'health' }))).not.toContain('correct-horse');
  });

  test('by a stop of the worker is no result, so that another worker runs it', async () => {
    const world = createMemoryWorld();
    const stop = new AbortController();
    world.host.on['inspect'] = () => {
      stop.abort(new Error('the worker is stopping'));
      return new Promise(() => undefined);
    };
    await expect(run(world, { kind: 'health' }, {}, stop.signal)).rejects.toThrow('stopping');
  });

  test('in argo.yml is told', async () => {
    const settings = settingsWith({});
    const { ports } = createMemoryWorld();
    const { signal } = new AbortController();
    const gone = { ...asked({ kind: 'health' }), service: 'gone' };
    expect(await inspect({ ports, settings, signal }, gone)).toMatchObject({
      failure: { code: 'target-gone' },
    });
  });
});

test('names the command that asks again, and what the audit records', () => {
  const request = asked({ kind: 'logs', slot: 'green', lines: 20 });
  expect(commandFor(request)).toBe('/argo logs green 20 --service engine --env production');
  expect(inspectionDecision(request)).toMatchObject({
    kind: 'request',
    person: 'U0ADA',
    asked: 'logs green 20',
    deployment: 'i1',
  });
});
