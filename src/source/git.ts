import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { Interrupted, Misconfigured } from '../deploy/errors.ts';

/** How a git command ended. A refusal is a value: what it means depends on what was asked. */
export interface GitAnswer {
  ok: boolean;
  stdout: string;
  /** The last lines of stderr without credentials, or why git was ended. */
  why: string;
}

export interface GitOptions {
  gitDirectory?: string | undefined;
  cwd?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  env?: Record<string, string> | undefined;
}

/** Nothing in a repository or on this machine may make git run a program or rewrite a file. */
const SETTINGS = [
  'protocol.ext.allow=never',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.symlinks=true',
  'core.quotePath=false',
  'i18n.logOutputEncoding=UTF-8',
  'gc.autoDetach=false',
  // Creating thousands of files is worth every processor there is.
  'checkout.workers=0',
  'submodule.recurse=false',
  'filter.lfs.smudge=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
].flatMap((setting) => ['-c', setting]);

/** Git gets what it needs to reach a repository, and none of the bot's own tokens. */
const KEPT = /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_.*|GIT_SSH.*|GIT_ASKPASS|XDG_.*|.*_proxy)$/i;

const MINUTE = 60_000;

export async function git(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const { gitDirectory, cwd, signal, timeoutMs = MINUTE } = options;
  const where = gitDirectory === undefined ? [] : [`--git-dir=${gitDirectory}`];
  if (signal?.aborted === true) throw new Interrupted(`git ${args[0]} was not started`);
  return new Promise((resolve, reject) => {
    const settings = {
      env: { ...environment(), ...options.env },
      timeout: timeoutMs,
      maxBuffer: 256 * 1024 * 1024,
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    };
    execFile('git', [...SETTINGS, ...where, ...args], settings, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, stdout, why: '' });
      else if (signal?.aborted === true) reject(new Interrupted(`git ${args[0]} was stopped`));
      else if (error.code === 'ENOENT') reject(notInstalled());
      // No word about the repository: whoever takes the deployment up next asks again.
      else if (error.killed !== true && error.signal) reject(ended(args, error.signal));
      else resolve({ ok: false, stdout, why: why(error.killed === true, timeoutMs, stderr) });
    });
  });
}

function environment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => KEPT.test(name));
  return {
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15',
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
}

function ended([command]: readonly string[], by: string): Interrupted {
  const machine = hostname();
  return new Interrupted(
    `git ${command} was ended by ${by} on ${machine}: it may be out of memory, or somebody stopped it`,
    `It is tried again. On ${machine}: journalctl -k --since -1h | grep -i "killed process" names what ran out of memory; give the machine, or the unit of argo-bot (MemoryMax), more.`,
  );
}

function notInstalled(): Misconfigured {
  return new Misconfigured('git is not installed where the bot runs.', {
    code: 'no-git',
    next: 'Install git (apt-get install git) and deploy again.',
  });
}

function why(killed: boolean, timeoutMs: number, stderr: string): string {
  if (killed) return `no answer in ${Math.round(timeoutMs / 1000)} s`;
  const lines = withoutCredentials(stderr).trim().split('\n').slice(-5).join('\n');
  return lines === '' ? 'nothing written' : lines;
}

/** `https://user:token@host` → `https://***@host`, wherever git repeats an address. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/\s'"]*@/g, '$1***@');
}
