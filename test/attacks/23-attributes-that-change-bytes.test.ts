/**
 * The attacker commits a .gitattributes, has settings in a clone beside the bot, or writes into the bot's mirror,
 * so that what is sent differs from what was reviewed: another encoding, line ends, an expanded $Id$, a filter, a
 * file left out, a replaced object. What is discovered and sent are the bytes of the commit, by their git ids.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { SourceSettings } from '../../src/deploy/ports/ports.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();
const wanted = {
  required: [],
  encrypted: [],
  ignore_file: '.deployignore',
  max_file_bytes: 1_000_000,
  max_release_bytes: 1_000_000,
};

const FILES: Record<string, string> = {
  'id.py': '# $Id$\nprint(1)\n',
  'lines.sh': 'echo one\necho two\n',
  'encoded.txt': 'r\u00e9sum\u00e9\n',
  'filtered.txt': 'as reviewed\n',
  'left/out.py': 'x = 1\n',
};

const ATTRIBUTES = [
  '[attr]sly ident',
  'id.py sly',
  'lines.sh text eol=crlf',
  'encoded.txt working-tree-encoding=UTF-16LE-BOM',
  'filtered.txt filter=sly',
  'left/** export-ignore',
].join('\n');

function setUp() {
  const repository = new Repository();
  const plain = repository.commit('Reviewed', FILES);
  // Added behind git's back, which would encode the files by these attributes itself.
  const blob = path.join(temporaryFolder(), 'attributes');
  writeFileSync(blob, `${ATTRIBUTES}\n`);
  const id = repository.git('hash-object', '-w', blob);
  for (const name of ['.gitattributes', 'left/.gitattributes'])
    repository.git('update-index', '--add', '--cacheinfo', `100644,${id},${name}`);
  repository.git('commit', '--quiet', '-m', 'Attributes');
  const sha = repository.git('rev-parse', 'HEAD');
  repository.git('config', 'filter.sly.smudge', 'echo changed');
  repository.git('config', 'core.autocrlf', 'true');
  const dataDirectory = temporaryFolder();
  const source = createSource({ dataDirectory });
  const mirrored: SourceSettings = { git: repository.folder, branch: 'main', directory: '.' };
  const local: SourceSettings = { path: repository.folder, directory: '.' };
  return { repository, plain, sha, source, mirrored, local, dataDirectory };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function discovered(
  source: ReturnType<typeof createSource>,
  settings: SourceSettings,
  sha: string,
) {
  const commit = await source.files(settings, sha, signal);
  const { files, problems } = await commit.discover(wanted);
  expect(problems).toEqual([]);
  return { commit, digests: Object.fromEntries(files.map((one) => [one.path, one.sha256])) };
}

const EXPECTED = Object.fromEntries(
  Object.entries(FILES).map(([name, content]) => [name, sha256(content)]),
);

describe('what is released is what the commit holds', () => {
  test.each(['mirrored', 'local'] as const)('of a %s repository', async (kind) => {
    const world = setUp();
    const { source, sha } = world;
    if (kind === 'mirrored') await source.resolve(world.mirrored, undefined, signal);
    const { commit, digests } = await discovered(source, world[kind], sha);
    expect(digests).toMatchObject(EXPECTED);
    const checkout = await source.checkout(world[kind], sha, signal);
    for (const [name, content] of Object.entries(FILES)) {
      expect(await commit.read(name, 100)).toMatchObject({ content: Buffer.from(content) });
      expect(readFileSync(path.join(checkout.tree, name), 'utf8')).toBe(content);
    }
    await checkout.remove();
    expect(existsSync(checkout.tree)).toBe(false);
  });

  test('also where attributes and filters of this user say otherwise', async () => {
    const home = temporaryFolder();
    writeFileSync(path.join(home, 'attributes'), '* ident text eol=crlf\n');
    writeFileSync(path.join(home, 'config'), `[core]\n\tattributesFile = ${home}/attributes\n`);
    const was = process.env['GIT_CONFIG_GLOBAL'];
    process.env['GIT_CONFIG_GLOBAL'] = path.join(home, 'config');
    try {
      const { source, mirrored, plain } = setUp();
      await source.resolve(mirrored, undefined, signal);
      expect((await discovered(source, mirrored, plain)).digests).toEqual(EXPECTED);
    } finally {
      if (was === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
      else process.env['GIT_CONFIG_GLOBAL'] = was;
    }
  });

  test('also where a ref of a clone names other objects in their place', async () => {
    const { repository, source, local, plain } = setUp();
    const other = path.join(temporaryFolder(), 'other');
    writeFileSync(other, 'replaced\n');
    const evil = repository.git('hash-object', '-w', other);
    repository.git('replace', repository.git('rev-parse', `${plain}:lines.sh`), evil);
    expect((await discovered(source, local, plain)).digests).toEqual(EXPECTED);
  });
});

/** Packs the objects of a mirror into files of their own, which anybody can overwrite. */
function loosen(repository: string): string {
  const packs = path.join(repository, 'objects/pack');
  for (const pack of readdirSync(packs).filter((name) => name.endsWith('.pack'))) {
    const input = readFileSync(path.join(packs, pack));
    for (const name of readdirSync(packs).filter((one) => one.startsWith(pack.slice(0, -5))))
      rmSync(path.join(packs, name));
    execFileSync('git', [`--git-dir=${repository}`, 'unpack-objects', '-q'], { input });
  }
  return repository;
}

const objectOf = (id: string): string => path.join('objects', id.slice(0, 2), id.slice(2));

describe('an object that somebody wrote into is refused', () => {
  test('and the mirror is made anew', async () => {
    const { repository, source, mirrored, plain, dataDirectory } = setUp();
    await source.resolve(mirrored, undefined, signal);
    const [name = ''] = readdirSync(path.join(dataDirectory, 'mirrors'));
    const mirror = loosen(path.join(dataDirectory, 'mirrors', name));
    const id = repository.git('rev-parse', `${plain}:id.py`);
    const evil = deflateSync(`blob ${FILES['id.py']?.length}\0# evil\nprint(666)`.padEnd(24, '\n'));
    chmodSync(path.join(mirror, objectOf(id)), 0o600);
    writeFileSync(path.join(mirror, objectOf(id)), evil);
    expect((await discovered(source, mirrored, plain)).digests).toEqual(EXPECTED);
  });

  test('in a clone it stops the deployment', async () => {
    const { repository, source, local, plain } = setUp();
    const id = repository.git('rev-parse', `${plain}:lines.sh`);
    const other = repository.git('rev-parse', `${plain}:filtered.txt`);
    const git = path.join(repository.folder, '.git');
    copyFileSync(path.join(git, objectOf(other)), path.join(git, `${objectOf(id)}.new`));
    renameSync(path.join(git, `${objectOf(id)}.new`), path.join(git, objectOf(id)));
    const commit = await source.files(local, plain, signal);
    await expect(commit.discover(wanted)).rejects.toMatchObject({
      code: 'source-unreachable',
      message: expect.stringContaining(`git is unable to read blob ${id}`),
    });
  });
});

describe('links', () => {
  test('links of the commit itself are still followed', async () => {
    const { repository, source, mirrored } = setUp();
    const sha = repository.commit('Links', { 'a.sh → lines.sh': '', 'b → left': '' });
    await source.resolve(mirrored, undefined, signal);
    expect((await discovered(source, mirrored, sha)).digests).toMatchObject({
      'a.sh': EXPECTED['lines.sh'],
      'b/out.py': EXPECTED['left/out.py'],
    });
  });
});
