import { spawn } from 'node:child_process';

export interface ShellResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended ssh; 255 when ssh itself failed. */
  readonly code: number | null;
}

export interface ShellTarget {
  readonly address: string;
  readonly privateKeyPath: string;
  readonly knownHostsPath: string;
}

/** Runs a script on a host with the ordinary ssh client: tests must not depend on the bot's own. */
export function remoteShell(
  target: ShellTarget,
  script: string,
  user: string,
): Promise<ShellResult> {
  const ssh = spawn('ssh', [...optionsFor(target), `${user}@${target.address}`, 'sh -s']);
  let stdout = '';
  let stderr = '';
  ssh.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  ssh.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A host that goes away closes stdin under us; the exit code says so.
  ssh.stdin.on('error', () => {});
  ssh.stdin.end(script);
  return new Promise((resolve, reject) => {
    ssh.once('error', reject);
    ssh.once('close', (code) => resolve({ stdout, stderr, code }));
  });
}

function optionsFor(target: ShellTarget): string[] {
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${target.knownHostsPath}`,
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'ConnectTimeout=3',
    'ServerAliveInterval=5',
    'LogLevel=ERROR',
  ];
  return ['-F', 'none', '-i', target.privateKeyPath, ...settings.flatMap((s) => ['-o', s])];
}
