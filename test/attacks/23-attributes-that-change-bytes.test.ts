/**
 * The attacker commits a .gitattributes, has settings in a clone beside the bot, or writes into the bot's checkout,
 * so that what is sent differs from what was reviewed: another encoding, line ends, an expanded $Id$, a filter, a
 * file left out, a replaced object. What is discovered and sent are the bytes of the commit, by their git ids.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SourceSettings } from '../../src/deploy/ports/ports.ts';
import { createSource } from '../../src/source/checkout/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();
const wanted = {
  required: [],
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
  const source = createSource({ dataDirectory: temporaryFolder() });
  const mirrored: SourceSettings = { git: repository.folder, branch: 'main', directory: '.' };
  const local: SourceSettings = { path: repository.folder, directory: '.' };
  return { repository, plain, sha, source, mirrored, local };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function discovered(
  source: ReturnType<typeof createSource>,
  settings: SourceSettings,
  sha: string,
) {
  const checkout = await source.checkout(settings, sha, signal);
  const { files, problems } = await source.discover(checkout, wanted);
  expect(problems).toEqual([]);
  return { checkout, digests: Object.fromEntries(files.map((one) => [one.path, one.sha256])) };
}

const EXPECTED = Object.fromEntries(
  Object.entries(FILES).map(([name, content]) => [name, sha256(content)]),
);

describe('what is released is what the commit holds', () => {
  test.each(['mirrored', 'local'] as const)('of a %s repository', async (kind) => {
    const world = setUp();
    const { source, sha } = world;
    if (kind === 'mirrored') await source.resolve(world.mirrored, undefined, signal);
    const { checkout, digests } = await discovered(source, world[kind], sha);
    expect(digests).toMatchObject(EXPECTED);
    for (const [name, content] of Object.entries(FILES))
      expect(readFileSync(path.join(checkout.directory, name), 'utf8')).toBe(content);
  });

  test('also where the checkout was made of another commit', async () => {
    const { source, mirrored, plain, sha } = setUp();
    await source.resolve(mirrored, undefined, signal);
    await source.makeSpare(mirrored, plain, signal);
    expect((await discovered(source, mirrored, sha)).digests).toMatchObject(EXPECTED);
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

describe('a checkout that somebody wrote into is refused, and made anew', () => {
  test.each<[string, (folder: string) => void]>([
    ['another content', (folder) => writeFileSync(path.join(folder, 'id.py'), 'evil()\n')],
    [
      'a link to another file of the commit',
      (folder) => {
        rmSync(path.join(folder, 'id.py'));
        symlinkSync('lines.sh', path.join(folder, 'id.py'));
      },
    ],
  ])('%s', async (_, change) => {
    const { source, mirrored, plain } = setUp();
    await source.resolve(mirrored, undefined, signal);
    const checkout = await source.checkout(mirrored, plain, signal);
    change(checkout.directory);
    await expect(source.discover(checkout, wanted)).rejects.toMatchObject({
      code: 'checkout-changed',
      message: expect.stringContaining('id.py'),
    });
    expect(existsSync(checkout.directory)).toBe(false);
    expect((await discovered(source, mirrored, plain)).digests).toEqual(EXPECTED);
  });

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
