import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { array, assert, constantFrom, property, record, tuple } from 'fast-check';
import { deploy, liveOn } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { diffManifests, formatManifest, formatModes } from '../../src/deploy/release/manifest.ts';
import { trustedFolder } from '../support/trusted-folder.ts';
import { scriptNamed } from '../../src/host/run/script-text.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

interface File {
  path: string;
  content: string;
  mode: number;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const digested = (files: File[]) =>
  files.map((file) => ({ ...file, sha256: sha256(file.content) }));

let root: string;
beforeEach(() => {
  root = trustedFolder();
  mkdirSync(join(root, 'releases'));
});
afterEach(() => rmSync(root, { recursive: true }));

function runOf(script: string, parameters: Record<string, string>, payload: Buffer): string {
  const given = { root, deployment: 'd-1', epoch: '1', wait: '0', ...parameters };
  const head = Object.entries(given).map(([key, value]) => `${key}=${value}\n`);
  const { stdout, stderr, status } = spawnSync(
    '/bin/sh',
    ['-c', scriptNamed(script).text, script],
    {
      input: Buffer.concat([Buffer.from(`${head.join('')}\n`), payload]),
      encoding: 'utf8',
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const values = (stdout: string, key: string): string[] =>
  stdout
    .split('\n')
    .flatMap((line) => (line.startsWith(`${key}\t`) ? [line.slice(key.length + 1)] : []));

/** As the stages `upload` and `verify` bring a release: what differs from the base, then what was missed. */
function bring(release: string, all: File[], base?: { name: string; files: File[] }): void {
  const manifest = formatManifest(digested(all));
  const send = (from: string, paths: ReadonlySet<string>): string[] => {
    const sent = all.filter(({ path }) => paths.has(path));
    const extra = [
      { path: '.argo/manifest', content: manifest, mode: 0o644 },
      { path: '.argo/modes', content: formatModes(all), mode: 0o644 },
    ];
    const parameters = { release, base: from, manifest: sha256(manifest) };
    return values(runOf('upload', parameters, tarOf([...sent, ...extra])), 'mode');
  };
  const { added, changed } = diffManifests(digested(base?.files ?? []), digested(all));
  const modes = send(base?.name ?? '', new Set([...added, ...changed]));
  if (modes.length > 0) expect(send('resend', new Set(modes))).toEqual([]);
  const parameters = { release, user: 'root', config: '', resend: 'yes' };
  const verify = () => values(runOf('verify', parameters, Buffer.alloc(0)), 'differs');
  const differs = verify();
  if (differs.length > 0) {
    send('resend', new Set(differs));
    expect(verify()).toEqual([]);
  }
}

function tarOf(files: File[]): Buffer {
  const from = join(root, 'from');
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), content);
    chmodSync(join(from, path), mode);
  }
  const names = files.map(({ path }) => path);
  const tar = execFileSync('tar', ['-C', from, '-cf', '-', '--', ...names]);
  rmSync(from, { recursive: true });
  return tar;
}

/** Everything below a folder but .argo: its type, mode and owner, where it leads, and what is in it. */
function seen(release: string, format = '%y %m %U %l %p\\n'): string {
  const script = `cd "$1" && find . -path ./.argo -prune -o -printf '${format}' | sort
find . -path ./.argo -prune -o -type f -print0 | sort -z | xargs -0r sha256sum --`;
  const folder = join(root, 'releases', release);
  return execFileSync('/bin/sh', ['-c', script, 'seen', folder], { encoding: 'utf8' });
}

const part = constantFrom('a', 'b', 'A', '-x', ' s', 'ü', '[i]');
const file = record({
  path: tuple(part, array(part, { maxLength: 2 })).map(([first, rest]) =>
    [first, ...rest].join('/'),
  ),
  content: constantFrom('one\n', 'two\n', ''),
  mode: constantFrom(0o644, 0o755),
});
/** No path of a commit is below another one. */
const tree = array(file, { minLength: 1, maxLength: 12 }).map((files) => {
  const kept: File[] = [];
  for (const one of files) {
    const meets = kept.some(
      ({ path }) =>
        path === one.path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`),
    );
    if (!meets) kept.push(one);
  }
  return kept.toSorted((a, b) => (a.path < b.path ? -1 : 1));
});

/** What somebody may have made of a base on its host. */
const edits = {
  nothing: ':',
  'a link to a file': 'rm -rf -- "./$1" && ln -s /etc/hostname "./$1"',
  'a link to a folder': 'rm -rf -- "./$1" && ln -s /usr/share "./$1"',
  'a link that leads nowhere': 'rm -rf -- "./$1" && ln -s nowhere "./$1"',
  'a link to a neighbour': 'mv -- "./$1" ./moved && ln -s "$PWD/moved" "./$1"',
  'a folder': 'rm -rf -- "./$1" && mkdir -- "./$1" && echo x >"./$1/inside"',
  'a file': 'rm -rf -- "./$1" && echo x >"./$1"',
  'a pipe': 'rm -rf -- "./$1" && mkfifo -- "./$1"',
  gone: 'rm -rf -- "./$1"',
  'another content': '[ ! -f "./$1" ] || echo edited >"./$1"',
  'another mode': 'chmod 777 -- "./$1"',
  'another owner': 'chown 1000:1000 -- "./$1"',
  'odd names beside it':
    'touch -- "-rf" "a\\\\b" "$(printf "b\\nA")" && mkdir -p "$(printf "a\\n./b")"',
} as const;
const edit = tuple(constantFrom(...Object.values(edits)), part);

test('a release is the same with and without a base, whatever became of the base, and the base is as it was', () => {
  let runs = 0;
  assert(
    property(tree, tree, edit, (before, after, [script, where]) => {
      runs += 1;
      const [base, built, alone] = [`${runs}-base`, `${runs}-built`, `${runs}-alone`];
      bring(base, before);
      const folder = join(root, 'releases', base);
      execFileSync('/bin/sh', ['-c', `[ ! -e "./$1" ] || { ${script}; }`, 'edit', where], {
        cwd: folder,
      });
      const was = seen(base, '%i %y %m %U %l %p %T@\\n');
      bring(built, after, { name: base, files: before });
      bring(alone, after);
      expect(seen(built)).toBe(seen(alone));
      expect(seen(base, '%i %y %m %U %l %p %T@\\n')).toBe(was);
    }),
    { numRuns: 25 },
  );
});

describeOnHosts('a path of another type', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await commit(world.scene.repository, {
      message: 'Tune it',
      files: { 'argo/tuning': 'fast\n', 'argo/shapes/deep/er/line': 'thin\n', 'argo/plain': 'x\n' },
    });
    await deploy(world);
  });
  afterAll(() => world?.stop());

  const live = async (): Promise<string> => {
    const { slot } = await liveOn(world, {});
    return world.onHost(
      `cd /opt/argo-trading/${slot}/argo && find tuning shapes plain -type f | sort | xargs grep -H ''`,
    );
  };

  test('a file that becomes a folder, a folder that becomes a file, and links of both, go live', async () => {
    const { repository } = world.scene;
    await repository.git('rm', '-r', '--quiet', 'argo/tuning', 'argo/shapes', 'argo/plain');
    await commit(repository, {
      message: 'Tune it in a folder',
      files: {
        'argo/tuning/fast.txt': 'very\n',
        'argo/shapes': 'none\n',
        'argo/lines/thin': 'l\n',
      },
    });
    await symlink('lines', join(repository.dir, 'argo/plain'));
    await repository.git('add', '--all');
    await repository.git('commit', '--quiet', '--message', 'Draw plain lines');
    const there = await deploy(world);
    expect(there.line).toContain('*live*');
    expect(await live()).toBe('plain/thin:l\nshapes:none\ntuning/fast.txt:very\n');

    await repository.git('revert', '--no-edit', 'HEAD~2..HEAD');
    const back = await deploy(world);
    expect(back.line).toContain('*live*');
    expect(await live()).toBe('plain:x\nshapes/deep/er/line:thin\ntuning:fast\n');
  });
});
