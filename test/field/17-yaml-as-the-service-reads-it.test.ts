import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { ServiceSchema } from '../../src/deploy/settings/settings.ts';
import { declaredConfig } from '../../src/deploy/config/config-reading.ts';
import { Numeric } from '../../src/source/formats/decimal.ts';
import { parseYaml } from '../../src/source/formats/yaml.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import type { ConfigRule } from '../../src/deploy/settings/config.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { temporaryFolder, writeFiles } from '../source/repository.ts';
import { targetWith } from '../support/target.ts';

const source = createConfigSource({ fingerprintKey: 'a key for tests' });

/** The service is a Python one, unless `more` says otherwise. */
async function read(
  text: string,
  rules: ConfigRule[],
  more: object = { entry: 'main.py' },
  yaml?: '1.1',
) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'config.yml': text });
  const config = { file: 'config.yml', rules, ...(yaml ? { yaml } : {}) };
  const target = targetWith({ service: { config, ...more } });
  return source.read('config.yml', folderTree(folder), declaredConfig(target));
}

const MERGED = `defaults: &defaults
  adapter: postgres
  pool: 5
production:
  <<: *defaults
  pool: 20
`;

describe('YAML is read as the service reads it', () => {
  test('a merge key brings the keys of its mapping, and own keys win', async () => {
    const rules: ConfigRule[] = [
      { key: 'production.adapter', required: true, one_of: ['postgres'] },
      { key: 'production.pool', one_of: [20] },
    ];
    expect((await read(MERGED, rules)).problems).toEqual([]);
    const list = 'a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: [*a, *b]\n';
    const both: ConfigRule[] = [
      { key: 'c.x', one_of: [1] },
      { key: 'c.y', one_of: [3] },
    ];
    expect((await read(list, both)).problems).toEqual([]);
  });

  test('a misspelt key of the merged mapping is still missing', async () => {
    const { problems } = await read(MERGED, [{ key: 'production.adaptr', required: true }]);
    expect(problems).toEqual([
      'config.yml has no key production.adaptr. It has production.adapter, which may be a misspelling',
    ]);
  });

  test('yes is a boolean for a Python service, text for another, and both are said', async () => {
    const rules: ConfigRule[] = [{ key: 'tls.verify', required: true, type: 'boolean' }];
    const text = 'tls:\n  verify: yes\n';
    const python = await read(text, rules);
    expect(python.problems).toEqual([]);
    expect(python.warnings).toEqual([
      expect.stringMatching(
        /^config\.yml line 2, column 11: tls\.verify is a boolean for YAML 1\.1 and text for YAML 1\.2; here it is read as YAML 1\.1/,
      ),
    ]);
    const node = await read(text, rules, { entry: 'server.js' });
    expect(node.problems).toEqual([
      'tls.verify in config.yml must be true or false, but is a text',
    ]);
    const declared = await read(text, rules, {}, '1.1');
    expect(declared.problems).toEqual([]);
  });

  test('what both versions read alike is no warning', async () => {
    const text = 'a: true\nb: 12\nc: "yes"\nd: text\ne: 1.5\nf: null\ng: !!str 012\n';
    expect((await read(text, [])).warnings).toEqual([]);
  });

  test.each([
    ['mode: 0755', 'mode is an octal number for YAML 1.1 and a number'],
    ['at: 12:30', 'at is a number to base 60 for YAML 1.1 and text'],
    ['limit: 1_000', 'limit is a number for YAML 1.1 and text'],
    ['since: 2025-01-01', 'since is a date for YAML 1.1 and text'],
    ['rate: 1e3', 'rate is text for YAML 1.1 and a number'],
    ['mode: 0o755', 'mode is text for YAML 1.1 and an octal number'],
    ['country: NO', 'country is a boolean for YAML 1.1 and text'],
    ['on: push', 'on is a boolean for YAML 1.1 and text'],
  ])('%s: both readings are named', async (text, said) => {
    expect((await read(text, [])).warnings.join()).toContain(said);
  });

  test('120 uses of an anchor pass, and what grows without end is refused at once', async () => {
    const uses = Array.from({ length: 120 }, (_, at) => `s${at}: {<<: *d, name: s${at}}`);
    const text = `d: &d\n  a: 1\n  b: [1, 2, 3]\n${uses.join('\n')}\n`;
    expect((await read(text, [{ key: 's119.b.2', one_of: [3] }])).problems).toEqual([]);
    const bomb = Array.from(
      { length: 30 },
      (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`,
    );
    const refused = [expect.stringContaining('refer to each other too often')];
    expect((await read(`a0: &a0 [x, x]\n${bomb.join('\n')}\n`, [])).problems).toEqual(refused);
    expect((await read('a: &a [*a]\n', [])).problems).toEqual(refused);
    const merges = Array.from(
      { length: 30 },
      (_, at) => `a${at + 1}: &a${at + 1} {<<: [*a${at}, *a${at}]}`,
    );
    expect((await read(`a0: &a0 {x: 1}\n${merges.join('\n')}\n`, [])).problems).toEqual(refused);
    expect((await read('['.repeat(50_000), [])).problems).not.toEqual([]);
  });

  test('a tag that only a taught reader knows, and a tab that PyYAML refuses, are said', async () => {
    expect((await read('a: !Ref x\nb:\t1\n', [])).warnings).toEqual([
      'config.yml line 1, column 4: the tag !Ref is only known to a reader that was taught it; others refuse the file',
      'config.yml line 2, column 3: there is a tab between values, which Python’s PyYAML refuses; use spaces',
    ]);
    expect((await read('b: "a\tb"\nc: |\n  x\ty\n', [])).warnings).toEqual([]);
  });
});

const SCALARS =
  `yes no on off y n Yes NO oN true TRUE False null Null NULL ~ nil 0 1 -1 +12 012 0755 08 09 0o17 0x1F -0x1f 0x 0b101
  1_000 _1 1__0 0_ 1.5 1. .5 ._5 1e3 1.5e3 1.5e+3 1.5E-3 .inf -.inf +.INF .nan .NaN .Nan 12:30 1:60 190:20:30 -1:30 12:30:45.5 01:30 2025-01-02
  2025-1-2 2025-01-02T03:04:05Z 2025-01-02T3:04:05 9007199254740993 0.12345678901234567890 1.2.3 1,000 a:b 00 000 0.0 -0 -0.0 1e400 0777_7 0b 12e03 5:`.split(
    /\s+/,
  );

test('the reading of YAML 1.1 is that of PyYAML', () => {
  const program = `import json, sys, yaml
def plain(v):
    if v is None or isinstance(v, bool): return ['null' if v is None else 'bool', str(v)]
    if isinstance(v, int): return ['number', str(v)]
    if isinstance(v, float): return ['number', repr(v)]
    return ['text', ''] if isinstance(v, str) else ['date', '']
print(json.dumps([plain(yaml.safe_load('k: ' + s)['k']) for s in json.load(sys.stdin)]))`;
  const { status, stdout } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(SCALARS),
    encoding: 'utf8',
  });
  // A machine without PyYAML has the table of versions above.
  if (status !== 0) return;
  const expected: unknown = JSON.parse(stdout);
  const ours = SCALARS.map((text) => {
    const { value } = parseYaml(`k: ${text}`, '1.1');
    const one: unknown = Reflect.get(Object(value), 'k');
    if (one instanceof Numeric) return ['number', text];
    if (typeof one === 'boolean') return ['bool', one ? 'True' : 'False'];
    if (one === null) return ['null', 'None'];
    return [
      /^\d{4}-/.test(text) && parseYaml(`k: ${text}`, '1.1').warnings?.length ? 'date' : 'text',
      '',
    ];
  });
  for (const [index, [kind, said]] of ours.entries()) {
    const [theirs, value] = Array.isArray(expected) ? expected[index] : [];
    expect([SCALARS[index], kind]).toEqual([SCALARS[index], theirs]);
    if (kind !== 'number') expect([SCALARS[index], said]).toEqual([SCALARS[index], value]);
    else
      expect([SCALARS[index], worth(String(SCALARS[index]))]).toEqual([
        SCALARS[index],
        Number(value.replace('inf', 'Infinity')),
      ]);
  }
});

function worth(text: string): number {
  const one: unknown = Reflect.get(Object(parseYaml(`k: ${text}`, '1.1').value), 'k');
  return one instanceof Numeric ? one.toJSON() : Number.NaN;
}

test('the setting takes the two versions, and nothing else', () => {
  const shape = ServiceSchema.shape.config;
  expect(shape.safeParse({ file: 'a.yml', yaml: '1.1' }).success).toBe(true);
  expect(shape.safeParse({ file: 'a.yml', yaml: '1.3' }).success).toBe(false);
});
