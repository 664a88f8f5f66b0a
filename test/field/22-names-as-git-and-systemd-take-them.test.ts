import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseDocument } from 'yaml';
import { parseSettings } from '../../src/argo-yml/argo-yml.ts';
import { isRefName, isRevision } from '../../src/deploy/untrusted/git-names.ts';
import { renderUnit } from '../../src/deploy/unit/unit-file.ts';
import { parse } from '../../src/slack/grammar/parse.ts';
import { readDeployForm } from '../../src/slack/submissions/deploy.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { readCurrentCommit } from '../../src/source/git/current-commit.ts';
import { Repository, temporaryFolder, writeFiles } from '../source/repository.ts';
import { argoBot } from '../cli/command.ts';

const { signal } = new AbortController();

/** Names that git takes, and teams use. */
const refs = [
  'v2.0.0+build.5',
  'feature/#123-login',
  'release/2025,11',
  'dependabot/npm_and_yarn/@types/node-20.1',
  'fix(api)',
  "don't-panic",
  'straße/größe',
  'リリース',
  'R&D',
  'a=b',
  'v1.0!',
  'über%20cent',
  'x{y}',
  '$(touch)',
  'main;reboot',
  'UPPER.case',
  '@next',
];

/** Names that git refuses, each for another reason of `git check-ref-format`. */
const noRefs = [
  'a..b',
  'a b',
  'a~',
  'a^b',
  'a:b',
  'a?b',
  'a*b',
  'a[b',
  'a\\b',
  'a//b',
  '/a',
  'a/',
  'a.lock',
  'a.lock/b',
  '.a',
  'a/.b',
  'a.',
  'a@{b',
  'a\u0007b',
];

const takenByGit = (name: string): boolean =>
  spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status === 0;

function readBranch(branch: string, more: Record<string, unknown> = {}): string {
  const document = parseDocument(readFileSync('argo.yml', 'utf8'));
  document.setIn(['services', 'argo-trading', 'source'], {
    git: 'https://git.example.com/team/argo.git',
    branch,
  });
  for (const [path, value] of Object.entries(more)) {
    document.setIn(['services', 'argo-trading', ...path.split('.')], document.createNode(value));
  }
  return document.toString();
}

const inArgoYml = (branch: string): boolean => {
  try {
    parseSettings(readBranch(branch), 'argo.yml');
    return true;
  } catch {
    return false;
  }
};

const quoted = (ref: string): string => (/^['"`]/.test(ref) ? `"${ref}"` : ref);

const inCommand = (ref: string): string | undefined => {
  const parsed = parse(`deploy idle ${quoted(ref)}`);
  return parsed.kind === 'deploy' ? parsed.ref : undefined;
};

const inForm = (ref: string): string | undefined => {
  const target = { target: { target: { selected_option: { value: 'argo-trading/production' } } } };
  const commit = { commit: { selected_option: { value: ref } } };
  const rest = { 'commit:argo-trading/production': commit, 'dry-run': { 'dry-run': {} } };
  const read = readDeployForm({ ...target, ...rest });
  return 'ref' in read ? read.ref : undefined;
};

describe('a ref is what git takes, in every place', () => {
  const repository = new Repository();
  const sha = repository.commit('Begin', { 'main.py': 'x = 1\n' });
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: '.' };

  test.each(refs)('%s', async (ref) => {
    expect(takenByGit(ref)).toBe(true);
    execFileSync('git', ['-C', repository.folder, 'update-ref', `refs/heads/${ref}`, sha]);
    expect(inArgoYml(ref)).toBe(true);
    expect(inCommand(ref)).toBe(ref);
    expect(inForm(ref)).toBe(ref);
    expect(parse(`diff ${quoted(ref)}`)).toMatchObject({ kind: 'diff', ref });
    expect(await source.resolve(settings, ref, signal)).toMatchObject({ sha });
    const declared = { ...settings, branch: ref };
    expect(await source.resolve(declared, undefined, signal)).toMatchObject({ sha });
    expect(await source.resolve(declared, 'HEAD', signal)).toMatchObject({ sha });
    expect(await readCurrentCommit(declared, signal)).toMatchObject({ sha });
  });

  test.each(noRefs)('not %j', async (ref) => {
    expect([takenByGit(ref), isRefName(ref), inArgoYml(ref)]).toEqual([false, false, false]);
    // No name, but the commit before it.
    if (isRevision(ref)) return expect(ref).toBe('a~');
    expect([inCommand(ref), inForm(ref)]).toEqual([undefined, undefined]);
    await expect(source.resolve(settings, ref, signal)).rejects.toMatchObject({
      code: 'unsafe-ref',
    });
  });

  test('a name with accents is found in the other of its two spellings', async () => {
    const apart = 'größe'.normalize('NFD');
    execFileSync('git', ['-C', repository.folder, 'update-ref', `refs/heads/${apart}`, sha]);
    expect(await source.resolve(settings, 'größe'.normalize('NFC'), signal)).toMatchObject({ sha });
  });

  test('how far before it, and full names, are taken as well', () => {
    for (const text of ['HEAD', '@', '@~2', 'HEAD~2^1', 'v1^{}', 'v1^{commit}', 'refs/tags/v1+1']) {
      expect(isRevision(text)).toBe(true);
    }
    for (const text of ['^main', 'main^{/text}', 'main@{1}', ':/text', 'main..', '', '~1']) {
      expect(isRevision(text)).toBe(false);
    }
  });

  test('agrees with git check-ref-format on whatever can be typed', () => {
    const letter = fc.constantFrom(
      ...'ab/.@{~^:?*[\\ -+#()\'"$;&|<>!%=,é日'.split(''),
      '.lock',
      '..',
    );
    const name = fc.array(letter, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!text.startsWith('-') && text !== '@');
        expect([text, isRefName(text)]).toEqual([text, takenByGit(text)]);
      }),
      { numRuns: 300 },
    );
  });

  test('what a shell would run is only a name', async () => {
    const ref = '$(touch${IFS}pwned)';
    await expect(source.resolve(settings, ref, signal)).rejects.toMatchObject({
      code: 'unknown-ref',
    });
    expect(existsSync('pwned') || existsSync(join(repository.folder, 'pwned'))).toBe(false);
  });

  test('an invisible character makes no second name that looks the same', () => {
    for (const ref of ['ma\u200Bin', 'main\u202E', 'm\u2066ain']) {
      expect([isRefName(ref), inForm(ref), inArgoYml(ref)]).toEqual([false, undefined, false]);
    }
  });

  test('quotes and dashes of a phone mean what was typed', () => {
    expect(parse('deploy “feature/x”')).toMatchObject({ ref: 'feature/x' });
    expect(parse('deploy —env production main')).toMatchObject({ environment: 'production' });
    expect(parse('deploy don’t-panic')).toMatchObject({ ref: "don't-panic" });
  });
});

const checked = (files: Record<string, string>, required: string[]) => {
  const folder = temporaryFolder();
  const document = parseDocument(readBranch('main', { files: { required }, config: undefined }));
  document.deleteIn(['services', 'argo-trading', 'config']);
  document.deleteIn(['services', 'argo-trading', 'environments', 'production', 'config_locations']);
  const declared = {
    'main.py': 'x = 1\n',
    'requirements.txt': 'fastapi==0.92.0\n',
    'argo.yml': document.toString(),
  };
  writeFiles(folder, { ...files, ...declared });
  const { code, out } = argoBot(folder, 'check', '--service', 'argo-trading');
  return { code, out: out.join('\n') };
};

describe('a path that exists is no pattern', () => {
  test('app/[id]/page.py, {group}/a.py and a folder of that kind', () => {
    const files = {
      'app/[id]/page.py': 'x = 1\n',
      'app/{group}/a.py': 'x = 1\n',
      'what?.py': 'x = 1\n',
      'app/(shop)/[...all]/b.py': 'x = 1\n',
    };
    const required = [...Object.keys(files), 'app/[id]', './app/(shop)/[...all]/'];
    expect(checked(files, required)).toMatchObject({ code: 0 });
  });

  test('the same file is found where it is left out, empty, or gone', () => {
    const required = ['app/[id]/page.py'];
    expect(checked({ 'app/[id]/page.py': '' }, required).out).toContain('is required, but empty');
    const ignored = { 'app/[id]/page.py': 'x = 1\n', '.deployignore': 'page.py\n' };
    expect(checked(ignored, required).out).toContain('left out by .deployignore:1');
    expect(checked({ 'app/[slug]/page.py': 'x = 1\n' }, required)).toMatchObject({ code: 1 });
  });

  test('a pattern is still one', () => {
    expect(checked({ 'app/a.py': 'x = 1\n' }, ['app/*.py', 'app/[ab].py'])).toMatchObject({
      code: 0,
    });
    expect(checked({ 'app/a.py': 'x = 1\n' }, ['app/[cd].py'])).toMatchObject({ code: 1 });
  });
});

const readWith = (more: Record<string, unknown>) =>
  parseSettings(readBranch('main', more), 'argo.yml');

describe('names as systemd, useradd and ssh take them', () => {
  const production = 'environments.production';
  const host = parseDocument(readFileSync('argo.yml', 'utf8')).toJS().services['argo-trading']
    .environments.production.hosts[0];

  test.each([
    ['a variable in small letters', { 'unit.environment': { http_proxy: 'http://p:1', _x1: 'y' } }],
    ['a user with a dot', { 'unit.user': 'svc.argo' }],
    ['a user in capitals', { 'unit.user': 'ArgoTrading' }],
    ['an account of Samba', { 'unit.user': 'trading$' }],
    ['a memory limit with a fraction', { 'unit.memory_max': '1.5G' }],
    ['a memory limit as a share', { 'unit.memory_max': '50%' }],
    ['a setting of the team', { 'unit.options': { 'X-Team': 'trading' } }],
    ['a folder with a space and brackets', { entry: 'src (new)/[main].py' }],
    [
      'a login of a directory',
      { [`${production}.hosts`]: [{ ...host, user: 'ben@corp.example' }] },
    ],
    ['an IPv6 address', { [`${production}.hosts`]: [{ ...host, address: '[2001:db8::1]' }] }],
    [
      'an IPv6 address with its link',
      { [`${production}.hosts`]: [{ ...host, address: 'fe80::1%eth0' }] },
    ],
    [
      'a host name with an underscore',
      { [`${production}.hosts`]: [{ ...host, address: 'db_1.lan' }] },
    ],
    [
      'a host with a long name',
      { [`${production}.hosts`]: [{ ...host, name: 'web1.eu.example.com' }] },
    ],
    ['a path with a tilde and letters of a language', { [`${production}.root`]: '/opt/größe~1' }],
  ])('%s', (_name, more) => {
    expect(() => readWith(more)).not.toThrow();
  });

  test.each([
    ['a variable that begins with a digit', { 'unit.environment': { '1x': 'y' } }],
    ['a variable with a dash', { 'unit.environment': { 'a-b': 'y' } }],
    ['a user of digits alone', { 'unit.user': '1000' }],
    ['a user with a colon', { 'unit.user': 'a:b' }],
    ['a user that is an option', { 'unit.user': '-a' }],
    ['a path out of the release', { entry: '../main.py' }],
    ['a path with a line break', { entry: 'a\nb.py' }],
    [
      'a host that is an option',
      { [`${production}.hosts`]: [{ ...host, address: '-oProxyCommand=x' }] },
    ],
    ['a root that a unit would split', { [`${production}.root`]: '/opt/a b' }],
  ])('not %s', (_name, more) => {
    expect(() => readWith(more)).toThrow();
  });

  test('services and environments by names that systemd takes, into the unit', () => {
    const text = readFileSync('argo.yml', 'utf8')
      .replace(/^ {2}argo-trading:/m, '  Argo_Trading.v2:')
      .replace(/^ {6}production:/m, '      EU.prod_1:');
    const { services } = parseSettings(text, 'argo.yml');
    const [[service, settings] = []] = Object.entries(services);
    const [[environment, place] = []] = Object.entries(settings?.environments ?? {});
    if (!service || !settings || !environment || !place) throw new Error('nothing declared');
    expect([service, environment]).toEqual(['Argo_Trading.v2', 'EU.prod_1']);
    expect(renderUnit({ service, environment, settings, place }, 'blue')).toContain(
      'Description=Argo_Trading.v2 (blue)',
    );
    expect(parse('deploy --service Argo_Trading.v2 --env EU.prod_1')).toMatchObject({
      service: 'Argo_Trading.v2',
      environment: 'EU.prod_1',
    });
  });

  test('a unit may be named with its ending', () => {
    const text = readBranch('main', {
      [production]: {
        hosts: [host],
        root: '/opt/argo',
        strategy: 'restart',
        port: 9000,
        unit_name: 'argo_engine.service',
      },
    });
    const place = parseSettings(text, 'argo.yml').services['argo-trading']?.environments[
      'production'
    ];
    expect(place).toMatchObject({ unit_name: 'argo_engine' });
  });
});

const readFrom = (git: string) => {
  const document = parseDocument(readFileSync('argo.yml', 'utf8'));
  document.setIn(['services', 'argo-trading', 'source'], { git, branch: 'main' });
  return () => parseSettings(document.toString(), 'argo.yml');
};

test('a repository address that argo.yml takes is one that git is given', async () => {
  for (const address of [
    'https://git.example.com/team/argo.git',
    'my-bot@git.example.com:team/argo.git',
    'git.example.com:team/argo.git',
    'git@[2001:db8::1]:team/argo.git',
    'ssh://git@git.example.com:2222/team/argo.git',
    '/srv/git/argo.git',
    '../argo',
  ]) {
    expect(readFrom(address)).not.toThrow();
  }
  const source = createSource({ dataDirectory: temporaryFolder() });
  for (const address of ['ext::sh -c id', '--upload-pack=id', 'ssh://-oProxyCommand=id/x']) {
    expect(readFrom(address)).toThrow('https://host/owner/name.git');
    const settings = { git: address, branch: 'main', directory: '.' };
    await expect(source.resolve(settings, 'main', signal)).rejects.toMatchObject({
      code: 'unsafe-source',
    });
  }
});
