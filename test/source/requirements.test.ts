import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FilesSchema } from '../../src/deploy/settings.ts';
import { look } from '../../src/source/discover.ts';
import { readNames } from '../../src/source/requirement-lines.ts';
import { requirementsIn } from '../../src/source/requirements.ts';

const names = (text: string): string[] =>
  readNames(Buffer.from(text)).map(({ kind, target, line }) => `${line} ${kind} ${target}`);

describe('a line of requirements names', () => {
  test.each([
    ['-r base.txt', ['1 file base.txt']],
    ['-rbase.txt', ['1 file base.txt']],
    ['--requirement=base.txt', ['1 file base.txt']],
    ['-c "my constraints.txt" # pinned', ['1 file my constraints.txt']],
    ['# -r not.txt\n\n-c \\\n  c.txt', ['3 file c.txt']],
    ['--no-index\n--find-links vendor/ --pre', ['2 links vendor/']],
    ['-f /srv/wheels', ['1 links /srv/wheels']],
    ['-i https://user@index.example/simple', []],
    ['--extra-index-url file:///srv/simple', ['1 links /srv/simple']],
    ['-e .', ['1 editable .']],
    ['--editable=./libs/a[extra]', ['1 editable ./libs/a']],
    ['-e git+https://example.org/a.git#egg=a', []],
    ['-e git+ssh://git@example.org/a.git@main', []],
    [
      './vendor/x-1.0-py3-none-any.whl ; python_version > "3"',
      ['1 package ./vendor/x-1.0-py3-none-any.whl'],
    ],
    ['vendor/x.whl --hash=sha256:abc', ['1 package vendor/x.whl']],
    ['x.tar.gz', ['1 package x.tar.gz']],
    ['x @ file:///srv/x.whl#sha256=1', ['1 package /srv/x.whl']],
    ['x[a] @ https://example.org/x.whl', []],
    ['requests[security]>=2.8.1,<3 ; python_version < "3.12"', []],
    ['quotes==1.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def', []],
    ['${WHEELS}/x.whl', []],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test('also where Windows wrote it', () => {
    const text = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('-r a.txt\r\n-r b.txt\r\n', 'utf16le'),
    ]);
    expect(readNames(text).map(({ target }) => target)).toEqual(['a.txt', 'b.txt']);
  });
});

describe('the inputs of an environment', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'requirements-test-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  async function inputs(files: Record<string, string>, declared = 'requirements.txt') {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return requirementsIn(root, await look(root, FilesSchema.parse({}), undefined), declared);
  }
  const tree = {
    'requirements.txt': '-r deps/a.txt\n./vendor/x.whl\n./libs/p\n--find-links wheels\n',
    'deps/a.txt': '-c c.txt\n-r ../requirements.txt\n-c /etc/constraints.txt\n',
    'deps/c.txt': 'x==1\n',
    'vendor/x.whl': '1',
    'libs/p/setup.py': '1',
    'wheels/y.whl': '1',
    'main.py': '1',
  };

  test('change with each file that they name, with no other, and end in a circle', async () => {
    const first = (await inputs(tree)).requirements;
    expect(first).toMatchObject({
      folder: '.',
      onHost: ['/etc/constraints.txt'],
      projects: 'copied',
    });
    for (const [path, text] of Object.entries(tree)) {
      const changed = (await inputs({ ...tree, [path]: `${text}#\n` })).requirements;
      expect([path, changed.digest !== first.digest]).toEqual([path, path !== 'main.py']);
      await inputs(tree);
    }
  });

  test('are looked for in the folder of the requirements, if they are only there', async () => {
    const files = {
      'app/requirements.txt': './x.whl\n-e ./lib\n',
      'app/x.whl': '1',
      'app/lib/setup.py': '',
    };
    const { requirements, problems } = await inputs(files, 'app/requirements.txt');
    expect([requirements.folder, requirements.projects, problems]).toEqual(['app', 'editable', []]);
  });

  test('that are missing are named with the line, and with what leaves them out', async () => {
    const { problems } = await inputs({
      '.deployignore': 'c.txt\n',
      'requirements.txt': 'x\n-c c.txt\n-r ../outside.txt\n./vendor/x.whl\n',
      'c.txt': 'x==1\n',
      'vendors/x.whl': '1',
    });
    expect(problems.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
      'c.txt: is named by requirements.txt:2, but is not in the release: .deployignore:1 c.txt',
      '../outside.txt: is named by requirements.txt:3, but is not in the commit',
      expect.stringContaining(
        'vendor/x.whl: is named by requirements.txt:4, but is not in the commit: did you mean vendors/x.whl',
      ),
    ]);
  });
});
