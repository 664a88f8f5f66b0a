// Decides whether an allowed signer signed a commit. Git verifies with settings of the bot only.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CommitRefused, StageFailed } from '../../deploy/record/errors.ts';
import type { SourceSettings } from '../../deploy/ports/ports.ts';
import { isInside, readInside } from '../../deploy/untrusted/safe-file.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';
import type { Repository } from '../git/git.ts';
import { makePlainGit, type PlainGit } from '../git/plain-git.ts';

const MOST_BYTES = 1_000_000;
const IMPORT_LIMIT_MS = 30_000;

export interface Question {
  repository: Repository;
  settings: SourceSettings;
  sha: string;
}

/** Verifies the commit's signature and returns the signer's name. Fails with `not-signed` or `signers-unreadable`. */
export async function requireSigned(question: Question): Promise<string> {
  const { repository, settings, sha } = question;
  const folder = await mkdtemp(path.join(tmpdir(), 'argo-signers-'));
  try {
    await writeKeys(folder, settings, repository.signal);
    const git = await makePlainGit(path.join(folder, 'git'), repository);
    const verified = await run(git, folder, ['verify-commit', sha]);
    const format = '--format=%G?%x00%GS%x00%GF%x00%GK';
    const told = await run(git, folder, ['log', '-1', format, sha]);
    const [state = '', signer = '', print, key] = told.stdout.split('\0').map((one) => plain(one));
    if (verified.ok && state === 'G') return signer;
    throw notSigned(question, state, print || key || 'unknown');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(git: PlainGit, folder: string, args: readonly string[]) {
  const settings = {
    // A setting of the repository must not choose the program that verifies. `false` always fails, so X.509 is refused.
    'gpg.ssh.program': 'ssh-keygen',
    'gpg.program': 'gpg',
    'gpg.x509.program': 'false',
    'gpg.ssh.allowedSignersFile': path.join(folder, 'signers'),
  };
  const pairs = Object.entries(settings).flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return git(args, folder, {
    ...Object.fromEntries(pairs),
    GIT_CONFIG_COUNT: String(pairs.length / 2),
    HOME: folder,
    GNUPGHOME: path.join(folder, 'gnupg'),
  });
}

/** Copies the allowed keys into `folder`, which `run` makes the home of git and gpg, so they know no other keys. */
async function writeKeys(
  folder: string,
  settings: SourceSettings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { allowed_signers: signers, allowed_gpg_keys: keys } = settings;
  const home = path.join(folder, 'gnupg');
  await mkdir(home, { mode: 0o700 });
  await writeFile(path.join(home, 'gpg.conf'), 'trust-model always\nno-auto-key-retrieve\n');
  await writeFile(path.join(folder, 'signers'), signers ? contentOf(signers, settings) : '');
  if (keys === undefined) return;
  const file = path.join(folder, 'keys');
  await writeFile(file, contentOf(keys, settings));
  const args = ['--batch', '--no-autostart', '--homedir', home, '--import', file];
  await execute('gpg', args, { ...(signal ? { signal } : {}), timeout: IMPORT_LIMIT_MS }).catch(
    (error: unknown) => {
      signal?.throwIfAborted();
      const [problem, next] =
        propertyOf(error, 'code') === 'ENOENT'
          ? ['needs gpg, which is not installed', 'install it: `apt-get install gnupg`']
          : ['has no keys that gpg can read', `find the error with \`gpg --show-keys ${keys}\``];
      throw unreadable(keys, problem, next, error);
    },
  );
}

const execute = promisify(execFile);

function contentOf(file: string, settings: SourceSettings): Buffer {
  const found = readInside('/', file, MOST_BYTES);
  if (found.kind !== 'file')
    throw unreadable(file, found.problem, 'correct its path in argo.yml, or put it there');
  if ('path' in settings && isInside(path.resolve(settings.path), file))
    throw unreadable(
      file,
      'is in the repository itself, so a commit could add its own signer',
      'move it out of the repository, and correct its path in argo.yml',
    );
  return found.content;
}

function unreadable(file: string, problem: string, next: string, cause?: unknown): StageFailed {
  return new StageFailed(`Signatures cannot be verified: ${file} ${problem}.`, {
    code: 'signers-unreadable',
    next: `on the bot's machine, ${next}. Then try again.`,
    cause,
  });
}

function notSigned({ sha, settings }: Question, state: string, key: string): CommitRefused {
  const { allowed_signers: signers, allowed_gpg_keys: keys } = settings;
  const lists = [signers, keys].filter((one) => one !== undefined).join(' or ');
  const stranger = `is signed with ${key}, which ${lists} does not allow`;
  const why: Record<string, string> = {
    N: 'is not signed',
    B: 'was changed after it was signed, so its signature is not valid',
    X: `is signed, but the signature of ${key} has expired`,
    Y: `is signed with ${key}, which has expired`,
    R: `is signed with ${key}, which was revoked`,
  };
  return new CommitRefused(
    `Commit ${sha.slice(0, 12)} ${why[state] ?? stranger}; source.require_signed in argo.yml requires a valid signature.`,
    {
      code: 'not-signed',
      next:
        state === 'N'
          ? 'sign it (`git commit --amend --no-edit -S`), push, then `/argo deploy`.'
          : `have it signed by a person in ${lists}, or add the signer there; then \`/argo deploy\`.`,
    },
  );
}

const plain = (text: string): string => text.replace(/\p{C}/gu, '').trim().slice(0, 200);
