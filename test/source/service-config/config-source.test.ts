import { chmodSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ConfigRule } from '../../../src/deploy/settings/config.ts';
import { parseJson } from '../../../src/source/formats/json.ts';
import { createConfigSource } from '../../../src/source/service-config/config-source.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';
import { temporaryFolder, writeFiles } from '../repository.ts';

const source = createConfigSource({ fingerprintKey: 'a key for tests' });

const none = { rules: [], probes: [] };

async function read(content: string, rules: ConfigRule[] = [], name = 'config.json') {
  const folder = temporaryFolder();
  writeFiles(folder, { [name]: content });
  return source.read(name, folderTree(folder), { rules, probes: [] });
}

const KEY = 'pk8Qz3vT1mXw7Yb2Nc5Rd9Le4Gh6Jf0S';

describe('rules', () => {
  const config = JSON.stringify({
    massive: { api_key: KEY.slice(1), mode: 'paper' },
    alpaca: { key: '', paper: 'yes', limits: [1, 2] },
    port: 8000,
    debug: true,
    nothing: null,
    'dotted.key': 'v',
    ratio: 0.5,
    sonar_key: 'changeme',
    x_api: { bearer: '${X_BEARER}' },
  });

  test.each<[ConfigRule, string[]]>([
    [
      { key: 'massive.api_key', required: true, length: 32 },
      ['massive.api_key in config.json has 31 characters, expected 32'],
    ],
    [{ key: 'massive.api_key', length: 31 }, []],
    [
      { key: 'massive.apikey', required: true },
      ['config.json has no key massive.apikey. It has massive.api_key, which may be a misspelling'],
    ],
    [
      { key: 'masive', required: true },
      ['config.json has no key masive. It has massive, which may be a misspelling'],
    ],
    [{ key: 'sonar', length: 4 }, []],
    [{ key: 'alpaca.key', required: true }, ['alpaca.key in config.json is empty']],
    [{ key: 'nothing', required: true }, ['nothing in config.json is null']],
    [
      { key: 'alpaca.paper', type: 'boolean' },
      ['alpaca.paper in config.json must be true or false, but is a text'],
    ],
    [{ key: 'alpaca', type: 'object' }, []],
    [
      { key: 'alpaca.limits', type: 'array', length: 3 },
      ['alpaca.limits in config.json has 2 items, expected 3'],
    ],
    [{ key: 'alpaca.limits.1', type: 'number' }, []],
    [{ key: 'port', type: 'number', one_of: [8000, 8001] }, []],
    [{ key: 'port', type: 'string' }, ['port in config.json must be a text, but is a number']],
    [
      { key: 'massive.mode', one_of: ['live', 'test'] },
      ['massive.mode in config.json must be live or test'],
    ],
    [
      { key: 'massive.api_key', pattern: '^sk_' },
      ['massive.api_key in config.json must match ^sk_'],
    ],
    [{ key: 'massive.api_key', pattern: '^[A-Za-z0-9]+$' }, []],
    [
      { key: 'massive.api_key', min_length: 32, max_length: 64 },
      ['massive.api_key in config.json has 31 characters, expected at least 32'],
    ],
    [
      { key: 'alpaca.limits', max_length: 1 },
      ['alpaca.limits in config.json has 2 items, expected at most 1'],
    ],
    [{ key: 'port', type: 'integer', min: 1024, max: 65_535 }, []],
    [{ key: 'port', min: 9000 }, ['port in config.json must be at least 9000']],
    [{ key: 'port', max: 80 }, ['port in config.json must be at most 80']],
    [{ key: 'ratio', type: 'integer' }, ['ratio in config.json must be a whole number']],
    [{ key: 'ratio', type: 'number', min: 0, max: 1 }, []],
    [
      { key: 'massive.mode', max: 1 },
      ['massive.mode in config.json must be a number, but is a text'],
    ],
    [
      { key: 'massive.mode', type: 'integer' },
      ['massive.mode in config.json must be a whole number, but is a text'],
    ],
    [
      { key: 'sonar_key', required: true, length: 32 },
      ['sonar_key in config.json is still a placeholder'],
    ],
    [
      { key: 'x_api', required: true },
      ['x_api.bearer in config.json is still a variable that nothing has filled in'],
    ],
    [{ key: 'sonar_key', length: 8 }, []],
    [
      { key: 'sonar_key', not_placeholder: true },
      ['sonar_key in config.json is still a placeholder'],
    ],
    [{ key: 'sonar_key', required: true, not_placeholder: false }, []],
    [{ key: 'debug', forbidden: true }, ['config.json must not set debug']],
    [{ key: 'trace', forbidden: true }, []],
    [{ key: 'dotted.key', required: true }, []],
    [
      { key: '__proto__.x', required: true },
      ['config.json has no key __proto__.x, which argo.yml requires'],
    ],
    [
      { key: 'constructor', required: true },
      ['config.json has no key constructor, which argo.yml requires'],
    ],
  ])('%j', async (rule, expected) => {
    expect((await read(config, [rule])).problems).toEqual(expected);
  });

  test.each([
    'CHANGEME',
    'change-me',
    'changeme!',
    'REPLACE_ME',
    'replace+this+with',
    'your-api-key-here',
    'your_api_key',
    'YOUR SECRET',
    'my-api-key',
    'insert your key here',
    'xxx',
    'XXXXXXXX',
    '****',
    '...',
    '<token>',
    '<your key>',
    '[API KEY]',
    'TODO',
    'tbd',
    'placeholder',
    'dummy',
    'password',
    '${API_KEY}',
    '$API_KEY',
    '%API_KEY%',
    '{{ api_key }}',
    'prefix-${KEY}',
    'key goes here',
    'None',
    'undefined',
    '00000000',
  ])('%s is no value', async (value) => {
    const { problems } = await read(JSON.stringify({ key: value }), [
      { key: 'key', required: true },
    ]);
    expect(problems).toEqual([expect.stringMatching(/^key in config.json is still a .*$/)]);
  });

  test.each([
    KEY,
    'paper',
    'live',
    'gpt-4o',
    'https://api.example.com/v2',
    'a$b',
    '100%',
    'x',
    'example.com',
    'changes.log',
    'todo-service',
    'yourcompany.com',
    'addendum',
    '0',
    'EUR',
    '-',
    'sk_test_51H',
    'inputs',
    'my-bucket',
    '/var/lib/x',
  ])('%s is a value', async (value) => {
    const { problems } = await read(JSON.stringify({ key: value }), [
      { key: 'key', required: true },
    ]);
    expect(problems).toEqual([]);
  });

  test('white space around a value that passes is a warning; a PEM block ends as it should', async () => {
    const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END KEY-----\n';
    const { problems, warnings } = await read(
      JSON.stringify({ key: `${KEY} `, pem, other: ' x' }),
      [{ key: 'key', required: true }, { key: 'pem' }, { key: 'gone', forbidden: true }],
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual(['key begins or ends with white space']);
  });

  test('a key pasted with its line break is named', async () => {
    const { problems } = await read(JSON.stringify({ key: `${KEY}\n` }), [
      { key: 'key', length: 32 },
    ]);
    expect(problems).toEqual([
      'key in config.json has 33 characters, expected 32 (it begins or ends with white space)',
    ]);
  });
});

describe('JSON that cannot be read says where and what', () => {
  test.each<[string, string]>([
    ['', 'line 1, column 1: the file is empty'],
    ['{\n  "a": 1,\n}', 'line 2, column 9: there is a comma before the }'],
    ['[1, 2,]', 'line 1, column 6: there is a comma before the ]'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: a comma or } is missing before this'],
    ['{"a" 1}', 'line 1, column 6: a colon is missing after the key "a"'],
    ["{'a': 1}", "line 1, column 2: keys need double quotes, not '"],
    ['{"a": \'x\'}', "line 1, column 7: text needs double quotes, not '"],
    ['{"a": True}', 'line 1, column 7: write true, false or null, as JSON does (this is Python)'],
    ['{"a": sk_live_123}', 'line 1, column 7: a value is expected here (text needs double quotes)'],
    ['{"a": "x', 'line 1, column 7: this text has no closing quote'],
    ['{"a": "x\n"}', 'line 1, column 7: this text has no closing quote'],
    ['{"a": [1', 'line 1, column 9: the [ of line 1, column 7 is never closed'],
    [
      '{"a": 012}',
      'line 1, column 7: this is not a number (text needs quotes, numbers no leading 0)',
    ],
    ['{"a": "C:\\x"}', 'line 1, column 10: a \\ must be written \\\\ here'],
    ['{} {}', 'line 1, column 4: there is text after the end of the JSON'],
    ['// no\n{}', 'line 1, column 1: JSON has no comments'],
    ['{"a": }', 'line 1, column 7: a value is missing here'],
    ['{"a":', 'line 1, column 6: the file ends where a value is expected'],
    ['['.repeat(100_000), 'line 1, column 202: it is nested too deeply'],
  ])('%#', async (text, problem) => {
    const report = await read(text);
    expect(report.problems).toEqual([`config.json ${problem}`]);
    expect(report.fingerprints).toEqual({});
  });

  test('duplicate keys are problems, at any depth', async () => {
    const { problems } = await read('{"a": {"b": 1,\n "b": 2}, "a": 3}');
    expect(problems).toEqual([
      'config.json has a.b twice: lines 1 and 2',
      'config.json has a twice: lines 1 and 2',
    ]);
  });

  test.each<[string, ConfigRule[], string | undefined]>([
    ['{"a": 1,\n "a": 2}', [], 'remove one of the two from'],
    ['{"a": 1}', [{ key: 'sonar', required: true }], 'add sonar to'],
    ['{"masive": 1}', [{ key: 'massive', required: true }], 'rename masive to massive in'],
    ['{"debug": 1}', [{ key: 'debug', forbidden: true }], 'remove debug from'],
    ['{"a": 1,\n "a": 2}', [{ key: 'sonar', required: true }], undefined],
    ['{"a": "x"}', [{ key: 'a', type: 'number' }], 'write a without quotes in'],
  ])('the only problem of %j has a fix, if it is known', async (text, rules, fix) => {
    expect((await read(text, rules)).fix).toBe(fix);
  });

  test('otherwise it reads what JSON.parse reads, and refuses what it refuses', () => {
    const letters = fc.constantFrom(...Array.from('{}[]:,"\\0-1.eE tnu\n'));
    fc.assert(fc.property(fc.json(), readsAlike));
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        readsAlike(text.slice(0, at % (text.length + 1)));
      }),
    );
    fc.assert(fc.property(fc.string({ unit: letters }), readsAlike));
  });
});

function readsAlike(text: string): void {
  const { value } = parseJson(text);
  let expected: unknown;
  try {
    expected = JSON.parse(text);
  } catch {
    expect(value).toBeUndefined();
    return;
  }
  expect(JSON.stringify(value)).toBe(JSON.stringify(expected));
}

describe('other formats', () => {
  test('YAML', async () => {
    const { problems, fingerprints } = await read(
      'massive:\n  api_key: abc\n  since: 2025-01-01\n',
      [{ key: 'massive.api_key', length: 32 }],
      'config.yml',
    );
    expect(problems).toEqual(['massive.api_key in config.yml has 3 characters, expected 32']);
    expect(Object.keys(fingerprints)).toEqual(['massive.api_key', 'massive.since']);
  });

  test.each([
    ['a: 1\na: 2\n', 'config.yaml has a twice: lines 1 and 2'],
    ['a:\n  - b: 1\n  - c: {d: 1,\n     d: 2}\n', 'config.yaml has a.1.c.d twice: lines 3 and 4'],
    ['a:\n\t- 1\n', 'config.yaml line 2, column 1: YAML is indented with spaces, not tabs'],
    [
      'a: "hunter2hunter2\n',
      'config.yaml line 2, column 1: a closing quote, bracket, comma or colon is missing',
    ],
  ])('YAML faults: %j', async (text, problem) => {
    const { problems } = await read(text, [], 'config.yaml');
    expect(problems).toContain(problem);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('.env', async () => {
    const { problems, secrets } = await read(
      `# keys\nexport API_KEY="${KEY}" # mine\nPORT=8000\nNAME='a b'\nPORT=8001\nwhat\nOPEN="x\n`,
      [
        { key: 'PORT', type: 'number', one_of: [8001] },
        { key: 'API_KEY', length: 32 },
        { key: 'NAME', length: 3 },
      ],
      '.env.production',
    );
    expect(problems).toEqual([
      '.env.production has PORT twice: lines 3 and 5',
      '.env.production line 6: this is not KEY=value',
      '.env.production line 7: OPEN has no closing quote',
    ]);
    expect(secrets).toEqual([KEY]);
  });

  test('another format is refused in words', async () => {
    await expect(read('a = 1', [], 'config.ini')).rejects.toMatchObject({ code: 'config-format' });
  });
});

describe('the file', () => {
  test('is named when it is not there, or cannot be read', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'folder.json'));
    await expect(source.read('config.json', folderTree(folder), none)).rejects.toMatchObject({
      code: 'config-missing',
      message: 'The config config.json of the commit is not there.',
      next: expect.stringContaining('argo.yml'),
    });
    const { username, uid } = userInfo();
    await expect(source.read('/nowhere/a b.json', undefined, none)).rejects.toMatchObject({
      next: expect.stringContaining(
        `as root, \`${uid === 0 ? '' : `chown ${username} '/nowhere/a b.json' && `}chmod 600 '/nowhere/a b.json'\``,
      ),
    });
    await expect(source.read('folder.json', folderTree(folder), none)).rejects.toMatchObject({
      message: expect.stringContaining('is not a regular file'),
    });
  });

  test('may lie outside the checkout, and keeps its exact bytes', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'config.json': '{ "a" : 1 }\r\n' });
    chmodSync(path.join(folder, 'config.json'), 0o600);
    const { content } = await source.read(path.join(folder, 'config.json'), undefined, none);
    expect(content.toString()).toBe('{ "a" : 1 }\r\n');
  });
});

describe('fingerprints', () => {
  test('tell values and keys apart, and need the key', async () => {
    const config = JSON.stringify({
      a: 'x',
      b: 'x',
      n: 1,
      s: '1',
      list: ['x'],
      none: {},
      'a.b': null,
    });
    const one = (await read(config)).fingerprints;
    expect(one).toEqual((await read(config)).fingerprints);
    expect(Object.keys(one)).toEqual(['a', 'b', 'n', 's', 'list.0', 'none', 'a.b']);
    expect(new Set(Object.values(one)).size).toBe(7);
    for (const hex of Object.values(one)) expect(hex).toMatch(/^[0-9a-f]{8}(?:\+[0-9a-f]{4})?$/);
    const other = createConfigSource({ fingerprintKey: 'another key' });
    const folder = temporaryFolder();
    writeFiles(folder, { 'config.json': config });
    expect((await other.read('config.json', folderTree(folder), none)).fingerprints['a']).not.toBe(
      one['a'],
    );
    expect(() => createConfigSource({ fingerprintKey: '' })).toThrow('empty');
  });
});

describe('secrets', () => {
  test.each<[string, string, boolean]>([
    ['massive.api_key', KEY, true],
    ['alpaca.secretKey', 'abcdefghij', true],
    ['db.password', 'correct horse battery', true],
    ['x_api.bearer_token', 'AAAAAAAAAAAA', true],
    ['db.password', 'short', false],
    ['auth.type', 'password', false],
    ['engine.name', KEY, true],
    ['redis.key', 'performance', false],
    ['cache.key_prefix', 'argo:signals', false],
    ['cache.key_prefix', 'x9!kd02mdk', true],
    ['model', 'gpt-4o-mini-2024-07-18', false],
    ['path', '/var/lib/argo/engine-2.0', false],
    ['url', 'https://api.example.com/v2/aggregates', false],
    ['host', 'db-01.eu-central-1.example.com', false],
    ['at', '2025-11-15T10:00:00.000Z', false],
    ['mail', 'operations2025@example.com', true],
    ['text', 'The quick brown fox 123 jumps over', true],
    ['version', '1.2.3-beta.4+build.567', false],
    ['strategy', 'weighted_consensus_v6_momentum', true],
  ])('%s: %s → %s', async (key, value, secret) => {
    const { secrets } = await read(JSON.stringify({ [key]: value }));
    expect(secrets).toEqual(secret ? [value] : []);
  });

  test('in addresses, lists and blocks', async () => {
    const { secrets } = await read(
      JSON.stringify({
        database: 'postgres://argo:s3cr%40tpass@db/argo',
        hook: 'https://hooks.example.com/services/T000/B000/XkQ81mZpL0vNsT3yRw9aBcDe',
        api_keys: ['first-of-the-keys', 'second-of-the-keys'],
        pem: '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END KEY-----\n',
      }),
    );
    for (const one of [
      's3cr%40tpass',
      's3cr@tpass',
      'XkQ81mZpL0vNsT3yRw9aBcDe',
      'first-of-the-keys',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
    ]) {
      expect(secrets).toContain(one);
    }
  });

  test('are found even where the file cannot be read', async () => {
    const { secrets, problems } = await read(`{"api_key": "${KEY}", "password": "correcthorse",}`);
    expect(secrets).toEqual(expect.arrayContaining([KEY, 'correcthorse']));
    expect(problems.join()).not.toContain(KEY);
  });

  test.each([
    ['config.json', JSON.stringify({ api_key: KEY })],
    ['config.yml', `api_key: ${KEY}\n`],
    ['.env', `API_KEY=${KEY}\n`],
    ['config.json', `{"api_key": "${KEY}",`],
    ['config.toml', `api_key = "${KEY}"\n`],
  ])('are found in the content of %s as it lies on a host', async (name, content) => {
    expect(await source.secretsIn(name, content)).toContain(KEY);
    expect(await source.secretsIn(name, '')).toEqual([]);
  });
});
