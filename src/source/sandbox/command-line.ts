// Builds the command line that runs a team command in a sandbox of util-linux programs.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Sandbox {
  /** `uid:gid` that nothing else on this machine uses; undefined if the bot is not root. */
  owner: string | undefined;
  /** An empty folder that becomes the root of the new file system. */
  room: string;
  tree: string;
  /** The working folder of the command, relative to the tree. */
  folder: string;
  network: boolean;
  memoryMb: number;
  /** Further paths that the command may read. */
  read: readonly string[];
  /** Private paths of the bot, hidden even if they are inside a readable folder. */
  hide: readonly string[];
  /** Files `cgroup.procs` of control groups. A process joins the groups by writing its pid into these files. */
  groups: readonly string[];
}

/** Limit of processes and threads together. */
export const MOST_PROCESSES = 1_024;
const SCRIPT = readFileSync(new URL('./room.sh', import.meta.url), 'utf8');
/** A shell script that joins the control groups in its arguments, then runs the arguments after `--`. */
const JOIN = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"';

/** Returns the process to start, which makes the sandbox and runs `command` with `env` in it. */
export function sandboxCommandLine(
  command: readonly string[],
  env: Record<string, string>,
  sandbox: Sandbox,
): { argv: string[]; env: Record<string, string> } {
  const { owner, network, groups, read, hide } = sandbox;
  const argv = [
    ['sh', '-c', JOIN, 'join', ...groups, '--'],
    // The kernel kills the sandbox when the bot dies.
    ['setpriv', '--pdeathsig', 'KILL', '--'],
    ['unshare', '--mount', '--pid', '--ipc', '--fork', '--kill-child'],
    owner === undefined ? ['--user', '--map-root-user'] : [],
    network ? [] : ['--net'],
    ['--', 'sh', '-c', SCRIPT, 'room'],
    read.flatMap((one) => ['read', one]),
    hide.flatMap((one) => ['hide', one]),
    ['--', ...unprivileged(sandbox)],
    ['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    command,
  ].flat();
  return { argv, env: forScript(command, env, sandbox) };
}

function unprivileged({ owner, memoryMb }: Sandbox): string[] {
  const bytes = memoryMb * 1024 * 1024;
  const [uid = '', gid = ''] = owner?.split(':') ?? [];
  return [
    owner === undefined
      ? ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--', 'setpriv']
      : ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--bounding-set=-all'],
    ['--no-new-privs', '--inh-caps=-all', '--'],
    ['prlimit', `--nproc=${MOST_PROCESSES}`, `--data=${bytes}`, `--fsize=${bytes}`, '--core=0'],
    ['--'],
  ].flat();
}

function forScript(
  [program = '']: readonly string[],
  env: Record<string, string>,
  { owner, room, tree, folder, network, memoryMb }: Sandbox,
): Record<string, string> {
  return {
    PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    ROOM: room,
    TREE: path.resolve(tree),
    FOLDER: folder,
    OWNER: owner ?? '',
    // The file system in memory has 3/4 of the limit, so a command that fills it gets "disk full" and is not killed.
    SIZE_KB: String(Math.floor(memoryMb * 768)),
    LOOPBACK: network ? '' : 'yes',
    COMMAND: program,
  };
}
