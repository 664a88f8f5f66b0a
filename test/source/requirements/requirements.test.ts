import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FilesSchema } from '../../../src/deploy/settings/settings.ts';
import { discover } from '../../../src/source/tree/discover.ts';
import {
  refusedIn,
  type RequirementRules,
} from '../../../src/source/requirements/requirement-rules.ts';
import { packagesIn, readNames } from '../../../src/source/requirements/requirement-lines.ts';
import { requirementsIn } from '../../../src/source/requirements/requirements.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';

const rules = { addresses: [], wheels: undefined, require_hashes: false, only_binary: false };
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

/** Made for these tests: nobody can log in with it. */
const LOGIN = 'deploy:example-not-real';
const WITH: Record<string, Partial<RequirementRules>> = {
  declared: { addresses: ['https://packages.example/simple', 'https://git.example/team/'] },
  wheels: { wheels: '/opt/wheels' },
  hashes: { require_hashes: true },
  binary: { only_binary: true },
};

const refusals = (text: string, what = ''): string =>
  refusedIn('r.txt', Buffer.from(text), { ...rules, ...WITH[what] })
    .map(({ problem }) => problem)
    .join('\n');

describe('a line of requirements', () => {
  test.each([
    ['# only a comment', ''],
    ['requests[security]>=2.8.1,<3 ; python_version < "3.12"', ''],
    ["torch==2.3.0+cpu ; sys_platform == 'linux'", ''],
    ['quotes==1.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def', 'hashes'],
    ['-i https://pypi.org/simple/', ''],
    ['--index-url=https://pypi.org/simple', ''],
    ['--no-index --find-links vendor/ --pre', ''],
    ['-r more.txt\n-c more/constraints.txt\n-e .', ''],
    ['./vendor/x-1.0-py3-none-any.whl', 'binary'],
    ['./vendor/x-1.0-py3-none-any.whl --hash=sha256:abc', 'hashes'],
    ['--extra-index-url https://packages.example/simple/', 'declared'],
    ['-f "https://packages.example/simple/cpu/torch.html"', 'declared'],
    ['--index-url https://${USER}:${TOKEN}@packages.example/simple', 'declared'],
    ['--trusted-host packages.example', 'declared'],
    ['x @ git+https://git.example/team/x.git@v1#egg=x', 'declared'],
    ['-f /opt/wheels/more', 'wheels'],
    ['x @ file:///opt/wheels/x-1.0-py3-none-any.whl', 'wheels'],
  ])('%s is taken (%s)', (text, what) => {
    expect(refusals(text, what)).toBe('');
  });

  test.each([
    ['x @ https://evil.example/x.whl', '', 'takes packages from https://evil.example/x.whl'],
    ['https://evil.example/x.whl', '', 'takes packages from https://evil.example/x.whl'],
    ['git+ssh://git@git.example/team/x.git', 'declared', 'takes packages from git+ssh:'],
    ['git@git.example:team/x.git', 'declared', 'takes packages from'],
    ['-e git+https://evil.example/x.git#egg=x', 'declared', 'takes packages from'],
    ['--index-url https://packages.example.evil.example/simple', 'declared', 'takes packages from'],
    ['--index-url https://packages.example@evil.example/simple', 'declared', 'takes packages from'],
    ['--index-url https://packages.example/simple/../other', 'declared', 'takes packages from'],
    ['--index-url https://packages.example/simpler', 'declared', 'takes packages from'],
    ['-i https://pypi.org/simple', 'declared', 'takes packages from https://pypi.org/simple'],
    [
      `--index-url https://${LOGIN}@evil.example/simple`,
      '',
      'takes packages from https://evil.example/simple,',
    ],
    ['--extra-index-url http://evil.example', '', 'takes packages from http://evil.example'],
    ['--extra http://evil.example', '', 'has --extra, which argo-bot does not know'],
    ['--extra-ind"ex-url" http://evil.example', '', 'takes packages from http://evil.example'],
    ['-ihttp://evil.example', '', 'takes packages from http://evil.example'],
    ['--pre -f http://evil.example', '', 'takes packages from http://evil.example'],
    ['--trusted-host evil.example', 'declared', 'trusts evil.example without a certificate'],
    ['x==1 --index-url http://evil.example', '', 'takes packages from http://evil.example'],
    ['--index-url https://${HOST}/simple', '', 'takes ${HOST} from the host'],
    ['--index-url https://packages.example/${X}', 'declared', 'takes ${X} from the host'],
    ['-r /etc/shadow', '', 'names /etc/shadow, which is outside the release'],
    ['-c ~/x.txt', '', 'names ~/x.txt, which is outside the release'],
    ['-e /srv/x', '', 'names /srv/x, which is outside the release'],
    ['x @ file:///srv/x.whl', '', 'names /srv/x.whl, which is outside the release'],
    ['file:///opt/wheels/%2e%2e/x.whl', 'wheels', 'which is outside the release'],
    ['/opt/wheels-evil/x.whl', 'wheels', 'which is outside the release'],
    ['x==1', 'hashes', 'has no --hash, but `python.require_hashes` is set: x==1'],
    ['./libs/x', 'binary', 'builds ./libs/x'],
    ['-e .', 'binary', 'builds .'],
    ['x-1.0.tar.gz', 'binary', 'builds x-1.0.tar.gz'],
    ['--no-binary :all:', 'binary', 'has --no-binary'],
    ['x "', '', 'has a quote that does not end'],
  ])('%s is refused (%s)', (text, what, said) => {
    expect(refusals(text, what)).toContain(said);
    expect(refusals(text, what)).not.toContain(LOGIN);
  });
});

test('a line of requirements says which version of a package it wants', () => {
  const text = `# comment
FastAPI==0.95.1 --hash=sha256:abc \\
  --hash=sha256:def
ruamel.yaml[all] >= 2, <3 ; python_version < "3.12"
starlette
x @ https://${LOGIN}@packages.example/x-1.0.whl
./vendor/y-1.0-py3-none-any.whl
-r more.txt
-e ./libs/z
git+ssh://git@git.example/team/v.git
git+https://git.example/team/w.git@v1#egg=w
https://git.example/team/u-1.0-py3-none-any.whl#sha256=abc
`;
  expect(packagesIn(Buffer.from(text))).toEqual([
    ['fastapi', '0.95.1'],
    ['ruamel-yaml', '>=2,<3'],
    ['starlette', 'any version'],
    ['x', '@https://packages.example/x-1.0.whl'],
    ['v', '@git+ssh://git.example/team/v.git'],
    ['w', '@git+https://git.example/team/w.git@v1#egg=w'],
    ['u', '@https://git.example/team/u-1.0-py3-none-any.whl#sha256=abc'],
  ]);
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
    return requirementsIn(
      folderTree(root),
      await discover(folderTree(root), FilesSchema.parse({})),
      {
        ...rules,
        requirements: declared,
      },
    );
  }
  const tree = {
    'requirements.txt': '-r deps/a.txt\n./vendor/x.whl\n./libs/p\n--find-links wheels\n',
    'deps/a.txt': '-c c.txt\n-r ../requirements.txt\n',
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
