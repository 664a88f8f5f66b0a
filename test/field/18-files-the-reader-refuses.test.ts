import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredConfig } from '../../src/deploy/config/config-reading.ts';
import { createConfigSource } from '../../src/source/service-config/config-source.ts';
import { folderTree } from '../../src/source/tree/folder-tree.ts';
import { temporaryFolder } from '../source/repository.ts';
import { targetWith } from '../support/target.ts';

const source = createConfigSource({ fingerprintKey: 'a key for tests' });

async function read(file: string, content: string | Buffer, service: object = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), content);
  const target = targetWith({ service: { config: { file }, ...service } });
  const { problems, warnings, fingerprints } = await source.read(
    file,
    folderTree(folder),
    declaredConfig(target),
  );
  return { problems, warnings, keys: Object.keys(fingerprints) };
}

const MARK = '\uFEFF';
const python = { entry: 'main.py' };

describe('what the reader of the service would refuse is said with its place', () => {
  test('a byte-order mark: JSON and TOML have readers that refuse it, YAML has none', async () => {
    const json = await read('config.json', `${MARK}{"a": 1}`);
    expect(json).toEqual({
      problems: [],
      warnings: [
        'config.json line 1, column 1: it begins with a byte-order mark (BOM), which Python’s json and JSON.parse refuse; save it as UTF-8 without BOM',
      ],
      keys: ['a'],
    });
    const toml = await read('config.toml', `${MARK}a = 1\n`);
    expect(toml.warnings.join()).toContain('tomllib');
    expect(toml.keys).toEqual(['a']);
    expect(await read('config.yml', `${MARK}a: 1\n`)).toEqual({
      problems: [],
      warnings: [],
      keys: ['a'],
    });
    expect((await read('config.json', '{"a": "\uFEFF"}')).warnings).toEqual([]);
  });

  test('NaN and Infinity: a warning for a Python service, a problem for any other', async () => {
    const text = '{"a": NaN, "b": [-Infinity], "c": "NaN"}';
    const taken = await read('config.json', text, python);
    expect(taken.problems).toEqual([]);
    expect(taken.warnings).toEqual([
      'config.json line 1, column 7: NaN is no JSON; only Python’s json reads it',
      'config.json line 1, column 18: -Infinity is no JSON; only Python’s json reads it',
    ]);
    expect((await read('config.json', text)).problems).toEqual([
      'config.json line 1, column 7: JSON has no NaN; only Python’s json reads it',
    ]);
    expect((await read('config.json', '{"a": NaNs}', python)).problems).toHaveLength(1);
  });

  test.each<[string, string, string | Buffer, string]>([
    ['UTF-16 with a mark', 'config.json', Buffer.from('\uFEFF{"a": 1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 without', 'config.json', Buffer.from('{"a": 1}', 'utf16le'), 'UTF-16'],
    [
      'Latin-1',
      'config.json',
      Buffer.from('{\n"a": "café"}', 'latin1'),
      'line 2: there is a byte that is not UTF-8',
    ],
    [
      'Latin-1 in a comment',
      'config.yml',
      Buffer.from('a: 1 # café', 'latin1'),
      'line 1: there is a byte',
    ],
    [
      'Latin-1 in a value',
      '.env',
      Buffer.from('A=1\nB=café\n', 'latin1'),
      'line 2: there is a byte',
    ],
    ['NUL', '.env', 'A=1\nB=x\0y\n', 'line 2, column 4: there is a control character'],
    ['a control character', 'config.yml', 'a: "x\u0007"\n', 'line 1, column 6: there is a control'],
    [
      'a control character in JSON',
      'config.json',
      '{"a": "x\u0007"}',
      'a control character inside the text',
    ],
    ['a comment', 'config.json', '{"a": 1 /* no */}', 'JSON has no comments'],
    ['a trailing comma', 'config.json', '{"a": 1,}', 'there is a comma before the }'],
    ['a key twice', 'config.json', '{"a": 1, "a": 2}', 'has a twice in line 1: columns 2 and 10'],
  ])('%s is a problem', async (_what, file, content, problem) => {
    const { problems } = await read(file, content);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).toMatch(/^(?:\.env|config\.\w+) .*line \d/);
  });

  test('half of a character is a warning, since it is read and fails later', async () => {
    const { problems, warnings } = await read(
      'config.json',
      String.raw`{"a": "\ud83d", "b": "\ud83d\ude00"}`,
    );
    expect(problems).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^a has half of a character/)]);
  });

  test('ordinary files have neither', async () => {
    for (const [file, content] of [
      ['config.json', '{"name": "Zoë 😀", "n": 1.5}\r\n'],
      ['config.yml', 'name: Zoë\r\nlist:\r\n  - "a\tb"\r\n'],
      ['config.toml', 'name = "Zoë"\r\n'],
      [
        '.env',
        Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from('\nNAME=Zoë\r\n')]),
      ],
    ] as const) {
      expect(await read(file, content)).toMatchObject({ problems: [], warnings: [] });
    }
  });
});
