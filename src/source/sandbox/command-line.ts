import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The programs of util-linux, in order, that take a command into its sandbox. */
export interface Sandbox {
  /** `uid:gid` of nobody else on this machine; undefined: the bot is no root, and keeps its own. */
  owner: string | undefined;
  /** An empty folder for the new file system. */
  room: string;
  tree: string;
  /** Where below the tree the command runs. */
  folder: string;
  network: boolean;
  memoryMb: number;
  /** Further paths that it may read. */
  read: readonly string[];
  /** Paths that hold what is the bot's own, should a folder that is shown lead to them. */
  hide: readonly string[];
  /** Files of control groups to join. */
  groups: readonly string[];
}

/** Processes and threads together. */
export const MOST_PROCESSES = 1_024;
const SCRIPT = readFileSync(new URL('./room.sh', import.meta.url), 'utf8');
/** Joins the control groups, then becomes what follows. */
const JOIN = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"';

export function sandboxed(
  command: readonly string[],
  env: Record<string, string>,
  sandbox: Sandbox,
): { argv: string[]; env: Record<string, string> } {
  const { owner, network, groups, read, hide } = sandbox;
  const argv = [
    ['sh', '-c', JOIN, 'join', ...groups, '--'],
    // The sandbox ends with the bot, however that ends.
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
    // Files in it are memory as well, and a full disk is told more clearly than a killed process.
    SIZE_KB: String(Math.floor(memoryMb * 768)),
    LOOPBACK: network ? '' : 'yes',
    COMMAND: program,
  };
}
