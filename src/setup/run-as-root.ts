// Runs a script as root of a host, with the person's own ssh client.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StageFailed } from '../deploy/record/errors.ts';
import type { HostSettings } from '../deploy/ports/ports.ts';
import type { CommandEnd } from '../host/ssh/run-channel.ts';

/** Uses the person's ssh settings, but only the pinned host key. Returns the script's lines. Fails with StageFailed. */
export async function runAsRoot(
  host: HostSettings,
  as: string | undefined,
  script: string,
): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'argo-bot-setup-'));
  try {
    const known = path.join(folder, 'known_hosts');
    const place = host.port === 22 ? host.address : `[${host.address}]:${host.port}`;
    await writeFile(known, host.host_keys.map((key) => `${place} ${key}\n`).join(''));
    const user = as ?? host.user;
    const shell = user === 'root' ? 'sh -s' : 'sudo -n sh -s';
    const args = [...optionsFor(host, known, as), '--', `${user}@${host.address}`, shell];
    const { code, stdout, stderr } = await ssh(args, script);
    if (code !== 0) throw setupFailed(host, as, stderr || stdout);
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.replace('\t', '  '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsFor(host: HostSettings, known: string, as: string | undefined): string[] {
  const settings = [
    'BatchMode=yes',
    'ConnectTimeout=15',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${known}`,
    'GlobalKnownHostsFile=/dev/null',
    ...(as === undefined ? ['IdentitiesOnly=yes'] : []),
  ];
  // Without `as`, ssh uses the bot's key, which fails if the key may already call nothing but the runner.
  const key = as === undefined ? ['-i', host.identity_file] : [];
  return ['-p', String(host.port), ...key, ...settings.flatMap((setting) => ['-o', setting])];
}

type Ended = Pick<CommandEnd, 'code' | 'stdout' | 'stderr'>;

function ssh(args: string[], script: string): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn('ssh', args);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A host that refuses the login closes stdin early. The exit code reports the refusal, so ignore this error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(script);
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') reject(error);
    else resolve({ code: null, stdout, stderr: 'this machine has no ssh client' });
  });
  child.once('close', (code) => resolve({ code, stdout, stderr }));
  return promise;
}

function setupFailed(host: HostSettings, as: string | undefined, wrote: string): StageFailed {
  const last = wrote.trim().split('\n').slice(-5).join('\n') || 'nothing written';
  const byHand = `argo-bot host setup --host ${host.name} --print prints the script: read it, and run it there as root`;
  return new StageFailed(`${host.name} was not set up: ${last}`, {
    code: 'setup-failed',
    host: host.name,
    next:
      as === undefined
        ? `Log in as a user of yours who is root there or may sudo without a password: argo-bot host setup --host ${host.name} --as <user>. Or by hand: ${byHand}.`
        : `Try it: ssh ${as}@${host.address} sudo -n true. Or by hand: ${byHand}.`,
  });
}
