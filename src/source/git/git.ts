// Runs one git command with safe settings, a time limit and a small environment.
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { Interrupted, Misconfigured } from '../../deploy/record/errors.ts';

/** How a git command ended. A failure is a value, because its meaning depends on the command. */
export interface GitAnswer {
  ok: boolean;
  stdout: string;
  /** The relevant lines of stderr without credentials, or why the bot ended git. */
  why: string;
  /** All of stderr, up to a limit: any line may name the cause. */
  stderr: string;
  /** Git wrote more than `mostBytes` and was ended. */
  cut?: boolean;
}

/** A git directory on this machine, and the signal that aborts git commands in it. */
export interface Repository {
  gitDirectory: string;
  signal?: AbortSignal | undefined;
}

export interface GitOptions extends Partial<Repository> {
  cwd?: string | undefined;
  timeoutMs?: number | undefined;
  /** Limit of stdout. If git writes more, it is ended, and the answer has `cut`. */
  mostBytes?: number | undefined;
  env?: Record<string, string> | undefined;
}

/** Overrides settings with which a repository or this machine could make git run a program or change files. */
const SETTINGS = [
  'protocol.ext.allow=never',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.symlinks=true',
  'core.quotePath=false',
  'i18n.logOutputEncoding=UTF-8',
  'gc.autoDetach=false',
  // A fetch must not repack the mirror while people wait. mirror.ts runs git's maintenance later.
  'maintenance.auto=false',
  // Write checkouts with all processors.
  'checkout.workers=0',
  'submodule.recurse=false',
  // Git streams larger files instead of loading them: a small pack may contain a file of gigabytes.
  'core.bigFileThreshold=32m',
  'filter.lfs.smudge=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
].flatMap((setting) => ['-c', setting]);

/** Variables that git needs to reach a repository. The bot's own tokens are not among them. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_.*|GIT_SSH.*|GIT_SSL_(CAINFO|CAPATH|CERT|KEY)|GIT_PROXY_SSL_CAINFO|GIT_ASKPASS|GIT_CONFIG_GLOBAL|XDG_.*|.*_proxy)$/i;

/** Messages of OpenSSL and GnuTLS about a certificate that git cannot verify. */
export const UNTRUSTED =
  /certificate verif(?:ication|y) failed|SSL certificate problem|unable to get (?:local )?issuer certificate|self.signed certificate|does not match target host ?name|no alternative certificate subject name|problem with the SSL CA cert|certificate has expired|error setting certificate/i;

const MOST_STDERR = 64 * 1024;

const MINUTE = 60_000;

export async function git(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const answer = await gitOnce(args, options);
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  if (answer.ok || !extra || !UNTRUSTED.test(answer.stderr)) return answer;
  // With GIT_SSL_CAINFO, git ignores the machine's certificate authorities. So set it only after they have failed.
  return gitOnce(args, { ...options, env: { GIT_SSL_CAINFO: extra, ...options.env } });
}

async function gitOnce(args: readonly string[], options: GitOptions): Promise<GitAnswer> {
  const { gitDirectory, cwd, signal, timeoutMs = MINUTE } = options;
  const { args: all, env } = gitInvocation(args, gitDirectory);
  if (signal?.aborted === true) throw new Interrupted(`git ${args[0]} was not started`);
  return new Promise((resolve, reject) => {
    const settings = {
      env: { ...env, ...options.env },
      timeout: timeoutMs,
      maxBuffer: options.mostBytes ?? 256 * 1024 * 1024,
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    };
    execFile('git', all, settings, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, stdout, why: '', stderr: '' });
      else if (signal?.aborted === true) reject(new Interrupted(`git ${args[0]} was stopped`));
      else if (error.code === 'ENOENT') reject(notInstalled());
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') resolve(outputTooLong());
      // The bot did not send this signal. The repository may be fine, so Interrupted makes the stage run again.
      else if (error.killed !== true && error.signal) reject(endedBySignal(args, error.signal));
      else resolve(failedAnswer(stdout, stderr, error.killed === true ? timeoutMs : undefined));
    });
  });
}

/** The arguments and environment of a git process; for callers that start it themselves, to stream its output. */
export function gitInvocation(
  args: readonly string[],
  gitDirectory: string | undefined,
): { args: string[]; env: Record<string, string> } {
  const where = gitDirectory === undefined ? [] : [`--git-dir=${gitDirectory}`];
  return { args: [...SETTINGS, ...where, ...args], env: environment() };
}

function environment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  return {
    ...authorities(),
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15',
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    // Replace refs of a repository could give a commit or file another content.
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  };
}

/** Passes on the certificate authorities of OpenSSL's and curl's variables, which git does not read. */
function authorities(): Record<string, string> {
  const file = process.env['SSL_CERT_FILE'] || process.env['CURL_CA_BUNDLE'];
  const folder = process.env['SSL_CERT_DIR'];
  return {
    ...(file ? { GIT_SSL_CAINFO: file } : {}),
    ...(folder ? { GIT_SSL_CAPATH: folder } : {}),
  };
}

function endedBySignal([command]: readonly string[], by: string): Interrupted {
  const machine = hostname();
  return new Interrupted(
    `git ${command} was ended by ${by} on ${machine}: it may be out of memory, or somebody stopped it`,
    `It is tried again. On ${machine}: \`journalctl -k --since -1h | grep -i "killed process"\` names what ran out of memory; give the machine, or the unit of argo-bot (MemoryMax), more.`,
  );
}

function notInstalled(): Misconfigured {
  return new Misconfigured("git is not installed on the bot's machine.", {
    code: 'no-git',
    next: "install it on the bot's machine: `sudo apt-get install git`. Then try again.",
  });
}

function outputTooLong(): GitAnswer {
  const why = 'it wrote more than it may';
  return { ok: false, stdout: '', why, stderr: why, cut: true };
}

function failedAnswer(stdout: string, written: string, lateMs: number | undefined): GitAnswer {
  const stderr = withoutCredentials(written.slice(-MOST_STDERR));
  const late = lateMs === undefined ? undefined : `no answer in ${Math.round(lateMs / 1000)} s`;
  return { ok: false, stdout, why: late ?? relevantLines(stderr), stderr: late ?? stderr };
}

/** Git prints these lines after every failure to read from a server. */
const BOILERPLATE =
  /^(?:Please make sure you have the correct access rights|and the repository exists\.)?$/;
const SHOWN = 6;

/** Keeps the first and last lines: git prints `fatal:` before its explanation or after its progress. */
function relevantLines(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => !BOILERPLATE.test(line));
  const distinct = [...new Set(lines)];
  if (distinct.length === 0) return 'nothing written';
  if (distinct.length <= SHOWN) return distinct.join('\n');
  return [...distinct.slice(0, SHOWN / 2), '…', ...distinct.slice(-SHOWN / 2)].join('\n');
}

/** `https://user:token@host` → `https://***@host`, for every address in the text. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/\s'"]*@/g, '$1***@');
}
