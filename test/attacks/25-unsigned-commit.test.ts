/**
 * The attacker may push to the deployed branch, but has no key that the operator allows: the commit is not signed,
 * is signed with another key, carries the signature of another commit, brings its own list of signers, or the
 * repository's settings name another program to verify with. With source.require_signed none is deployed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensurePackages } from '../../sandbox/setup.ts';
import type { SourceSettings } from '../../src/deploy/ports/ports.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder } from '../source/repository.ts';

const { signal } = new AbortController();
const folder = temporaryFolder();

function sshKey(name: string): { file: string; line: string } {
  const file = path.join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return { file, line: `${name}@example.com ${readFileSync(`${file}.pub`, 'utf8')}` };
}

const ada = sshKey('ada');
const eve = sshKey('eve');
const signers = path.join(folder, 'allowed_signers');
writeFileSync(signers, ada.line);

/** A key of gpg's, in a home of its own. */
function gpgKey(name: string): { home: string; keys: string } {
  const home = path.join(folder, name);
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...args: string[]): string =>
    execFileSync('gpg', ['--batch', '--homedir', home, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const id = `${name}@example.com`;
  gpg('--passphrase', '', '--quick-generate-key', id, 'ed25519', 'sign', 'never');
  const keys = path.join(folder, `${name}.asc`);
  writeFileSync(keys, gpg('--armor', '--export', id));
  return { home, keys };
}

const homes: string[] = [];

afterAll(() => {
  for (const home of homes) execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
});

function setUp() {
  const repository = new Repository();
  repository.commit('Begin', { 'main.py': 'print(1)\n' });
  const source = createSource({ dataDirectory: temporaryFolder() });
  const settings = { git: repository.folder, branch: 'main', directory: '.', require_signed: true };
  const sign = (...config: string[]): string => {
    const flags = config.flatMap((one) => ['-c', one]);
    repository.git(...flags, 'commit', '--quiet', '--amend', '--no-edit', '-S');
    return repository.git('rev-parse', 'HEAD');
  };
  const withSsh = (key: string) => sign('gpg.format=ssh', `user.signingKey=${key}.pub`);
  const admit = async (more: Partial<SourceSettings> = { allowed_signers: signers }) => {
    const all = { ...settings, ...more };
    const { sha } = await source.resolve(all, undefined, signal);
    return source.admit(all, sha, signal);
  };
  return { repository, sign, withSsh, admit };
}

describe('with ssh', () => {
  test('a commit that an allowed signer signed is deployed, and says who', async () => {
    const { withSsh, admit } = setUp();
    withSsh(ada.file);
    expect(await admit()).toEqual({ warnings: [], signedBy: 'ada@example.com' });
  });

  test('a commit without a signature is refused', async () => {
    const { admit, repository } = setUp();
    await expect(admit()).rejects.toMatchObject({
      code: 'not-signed',
      message: `Commit ${repository.git('rev-parse', 'HEAD').slice(0, 12)} is not signed; source.require_signed in argo.yml requires a valid signature.`,
      next: expect.stringContaining('git commit --amend --no-edit -S'),
    });
  });

  test('a stranger is refused, whatever the commit and the settings of the repository say', async () => {
    const { withSsh, admit, repository } = setUp();
    repository.commit('My own list', { allowed_signers: eve.line, '.gitsigners': eve.line });
    const swap = path.join(folder, 'swap.sh');
    writeFileSync(swap, '#!/bin/sh\necho Good "git" signature for ada@example.com\n', {
      mode: 0o755,
    });
    repository.git('config', 'gpg.ssh.program', swap);
    repository.git('config', 'gpg.ssh.allowedSignersFile', 'allowed_signers');
    repository.git('config', '--unset', 'gpg.ssh.program');
    withSsh(eve.file);
    repository.git('config', 'gpg.ssh.program', swap);
    const refusal = {
      code: 'not-signed',
      message: expect.stringMatching(/is signed with SHA256:\S+, which \S+ does not allow/),
    };
    await expect(admit()).rejects.toMatchObject(refusal);
    const local = { path: repository.folder, allowed_signers: signers, git: undefined };
    const { git: _, ...work } = local;
    const source = createSource({ dataDirectory: temporaryFolder() });
    const settings = { ...work, directory: '.', require_signed: true };
    const { sha } = await source.resolve(settings, undefined, signal);
    await expect(source.admit(settings, sha, signal)).rejects.toMatchObject(refusal);
    const inside = path.join(repository.folder, 'allowed_signers');
    await expect(
      source.admit({ ...settings, allowed_signers: inside }, sha, signal),
    ).rejects.toMatchObject({
      code: 'signers-unreadable',
      message: expect.stringContaining('is in the repository itself'),
    });
  });

  test('the signature of another commit is refused', async () => {
    const { withSsh, admit, repository } = setUp();
    const signed = withSsh(ada.file);
    const forged = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
      cwd: repository.folder,
      input: repository.git('cat-file', 'commit', signed).replace('Begin', 'Beware') + '\n',
      encoding: 'utf8',
    }).trim();
    repository.git('update-ref', 'refs/heads/main', forged);
    await expect(admit()).rejects.toMatchObject({ code: 'not-signed' });
  });

  test('a list of signers that is not there stops the deployment', async () => {
    const { withSsh, admit } = setUp();
    withSsh(ada.file);
    await expect(admit({ allowed_signers: '/nowhere/signers' })).rejects.toMatchObject({
      code: 'signers-unreadable',
      message: 'Signatures cannot be verified: /nowhere/signers is not there.',
    });
  });
});

describe('with gpg', () => {
  beforeAll(() => ensurePackages(['gnupg']), 120_000);

  test('a commit is deployed where its key was given, and refused elsewhere', async () => {
    const bob = gpgKey('bob');
    const mallory = gpgKey('mallory');
    homes.push(bob.home, mallory.home);
    const { sign, admit } = setUp();
    const was = process.env['GNUPGHOME'];
    process.env['GNUPGHOME'] = bob.home;
    try {
      sign('gpg.format=openpgp', 'user.signingKey=bob@example.com');
      // The home of whoever runs the bot has this key, and does not count.
      await expect(admit({ allowed_gpg_keys: mallory.keys })).rejects.toMatchObject({
        code: 'not-signed',
      });
      await expect(admit()).rejects.toMatchObject({ code: 'not-signed' });
      expect(await admit({ allowed_gpg_keys: bob.keys })).toEqual({
        warnings: [],
        signedBy: 'bob@example.com',
      });
      rmSync(bob.keys);
      await expect(admit({ allowed_gpg_keys: bob.keys })).rejects.toMatchObject({
        code: 'signers-unreadable',
      });
    } finally {
      if (was === undefined) delete process.env['GNUPGHOME'];
      else process.env['GNUPGHOME'] = was;
    }
  });
});
