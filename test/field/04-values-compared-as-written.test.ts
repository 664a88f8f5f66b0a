import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { parseSettings } from '../../src/argo-yml/argo-yml.ts';
import { changesBetween, isRewritten } from '../../src/deploy/release/changes.ts';
import type { ConfigRule } from '../../src/deploy/settings/config.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { temporaryFolder } from '../source/repository.ts';

const KEY = 'a key for tests';
const source = createConfigSource({ fingerprintKey: KEY });

async function read(name: string, text: string, rules: ConfigRule[] = []) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), text);
  return source.read(name, folderTree(folder), { rules, probes: [] });
}

async function changes(name: string, was: string, now: string) {
  const [one, other] = [await read(name, was), await read(name, now)];
  expect([...one.problems, ...other.problems]).toEqual([]);
  return changesBetween(one.fingerprints, other.fingerprints);
}

const ruleOf = (rule: object): ConfigRule => ({ key: 'a.id', ...rule });

/** As every value was recorded before. */
const older = (key: string, json: string): string =>
  createHmac('sha256', KEY).update(`${key}\0${json}`).digest('hex').slice(0, 8);

/** The writer of a format around one value. */
const FORMATS: [string, (value: string) => string][] = [
  ['config.json', (value) => `{"a": {"id": ${value}}, "b": 1}`],
  ['config.yml', (value) => `a:\n  id: ${value}\nb: 1\n`],
  ['config.toml', (value) => `b = 1\n[a]\nid = ${value}\n`],
];

describe.each(FORMATS)('in %s', (name, of) => {
  test.each([
    ['9007199254740993', '9007199254740992'],
    ['1234567890123456789', '1234567890123456788'],
    ['0.12345678901234567891', '0.12345678901234567892'],
    ['100000000000000000000000.5', '100000000000000000000000.25'],
    ['1.5e300', '1.5000000000000000001e300'],
    ['1', '"1"'],
    ['true', '"true"'],
  ])('%s → %s is another value', async (was, now) => {
    const found = await changes(name, of(was), of(now));
    expect(found.map(({ key }) => key)).toEqual(['a.id']);
    expect(found.some(isRewritten)).toBe(false);
    expect(await changes(name, of(was), of(was))).toEqual([]);
  });

  test.each([
    ['1.0', '1.00'],
    ['1', '1.0'],
    ['0.0', '-0.0'],
    ['1000.0', '1.0e+3'],
  ])('%s → %s is the same number, written otherwise', async (was, now) => {
    const found = await changes(name, of(was), of(now));
    expect(found.map(({ key }) => key)).toEqual(['a.id']);
    expect(found.every(isRewritten)).toBe(true);
  });

  test('rules see every digit', async () => {
    const text = of('9007199254740993');
    const passes = [
      { pattern: '^9007199254740993$' },
      { type: 'integer' as const, min: 1, max: 1e300 },
      { one_of: ['9007199254740993'] },
      { min: '9007199254740993', max: '9007199254740993' },
      { length: 16 },
    ];
    expect((await read(name, text, passes.map(ruleOf))).problems).toEqual([]);
    const fails = [
      { pattern: '^9007199254740992$' },
      { one_of: ['9007199254740992'] },
      { min: '9007199254740994' },
      { max: '9007199254740992' },
    ];
    expect((await read(name, text, fails.map(ruleOf))).problems).toHaveLength(4);
  });

  test('a fraction that no double holds is no whole number, and 1.0 is the 1 of a rule', async () => {
    const integer: ConfigRule = { key: 'a.id', type: 'integer' };
    const fraction = await read(name, of('9007199254740993.5'), [integer]);
    expect(fraction.problems).toEqual([`a.id in ${name} must be a whole number`]);
    const one = await read(name, of('1.0'), [integer, { key: 'a.id', one_of: [1] }]);
    expect(one.problems).toEqual([]);
  });
});

test('null, an empty text, an absent key, dates and names keep apart', async () => {
  const key = async (was: string, now: string) =>
    (await changes('config.json', was, now)).map((one) => one.key);
  expect(await key('{"a": null}', '{"a": ""}')).toEqual(['a']);
  expect(await key('{"a": null}', '{}')).toEqual(['a']);
  expect(await key('{"a": []}', '{"a": {}}')).toEqual(['a']);
  expect(await key('{"a": 1e400}', '{"a": 1e401}')).toEqual(['a']);
  expect(await key('{"a": [1, 2], "b": "x"}', '{ "b":"x",\n"a":[1,2] }')).toEqual([]);
  const dates = ['a = 1979-05-27T07:32:00.1234567Z\n', 'a = 1979-05-27T07:32:00.1234568Z\n'];
  expect(await changes('config.toml', dates[0] ?? '', dates[1] ?? '')).toHaveLength(1);
});

test('what an older argo-bot recorded is the same as long as the number is', async () => {
  const { fingerprints } = await read('config.json', '{"a": 1.0, "b": 8000, "c": "x", "d": true}');
  const recorded = {
    a: older('a', '1'),
    b: older('b', '8000'),
    c: older('c', '"x"'),
    d: older('d', 'true'),
  };
  expect(changesBetween(recorded, fingerprints)).toEqual([]);
  const changed = { ...recorded, a: older('a', '2'), c: older('c', '"y"') };
  expect(changesBetween(changed, fingerprints).map(({ key }) => key)).toEqual(['a', 'c']);
});

test('a rule of argo.yml keeps its digits', () => {
  const settings = parseSettings(
    `services:
  engine:
    source: { path: /srv/engine }
    unit: { exec_start: /bin/true }
    health: { path: /, timeout_seconds: 5.0 }
    config:
      file: config.json
      rules:
        - { key: id, one_of: [9007199254740993, 5], min: 9007199254740993, max: 18446744073709551615 }
    environments:
      production:
        root: /opt/engine
        slots: { blue: { port: 1 }, green: { port: 2 } }
        proxy: { upstream_file: /etc/nginx/a.conf, upstream: a }
        hosts:
          - { name: a, address: a, user: root, identity_file: k, host_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA] }
`,
    'argo.yml',
  );
  expect(settings.services['engine']?.config?.rules).toEqual([
    {
      key: 'id',
      one_of: ['9007199254740993', 5],
      min: '9007199254740993',
      max: '18446744073709551615',
    },
  ]);
});

describeOnHosts('on the approval card', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 1, interval_seconds: 0.2 } });
  });
  afterAll(() => world.stop());

  const put = (id: string, rate: string) =>
    commit(world.scene.repository, {
      message: `Set the account to another one`,
      files: {
        'config.json': `{"massive": {"api_key": "EXAMPLE-massive-key-not-real-032"}, "alpha_vantage": {"id": ${id}}, "x_api": ${rate}, "sonar": 1, "alpaca": 1}\n`,
      },
    });

  test('the last digits of a 64-bit id are one key that changes, and nothing is none', async () => {
    await put('9007199254740993', '1.0');
    expect((await deploy(world)).line).toMatch(/^✅/u);
    await put('9007199254740992', '1.0');
    const changed = await deploy(world, {}, false);
    expect(changed.thread).toContain('Config: 1 changed');
    expect(changed.thread).toContain('alpha_vantage.id');
    await put('9007199254740993', '1.00');
    const rewritten = await deploy(world, {}, false);
    expect(rewritten.thread).toContain('Config: 1 changed');
    expect(rewritten.thread).toContain('the same number, written otherwise');
    await put('9007199254740993', '1.0');
    expect((await deploy(world, {}, false)).thread).toMatch(/Config\W+unchanged/);
  });
});
