// Runs a command in a sandbox, and decides whether the sandbox or the command failed.
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GroupRun, runGroup } from './process-group.ts';
import { type Sandbox, sandboxCommandLine } from './command-line.ts';
import { makeControlGroup } from './control-group.ts';

/** The result of a command, or that no sandbox could be made for it. */
export type SandboxRun =
  | { kind: 'ran'; run: GroupRun }
  | { kind: 'no-sandbox'; output: string }
  /** The program does not exist in the sandbox. */
  | { kind: 'missing'; run: GroupRun };

export interface SandboxOptions extends Omit<Sandbox, 'owner' | 'room' | 'groups'> {
  /** The command's environment, in addition to the variables of the sandbox. */
  env: Record<string, string>;
  limitMs: number;
  signal: AbortSignal;
}

/** systemd's range for dynamic users, so no person and no package has these user ids. */
const FIRST_UID = 61_184;
const UIDS = 4_000;
let runs = process.pid;

export async function runSandboxed(
  command: readonly string[],
  { env, limitMs, signal, ...options }: SandboxOptions,
): Promise<SandboxRun> {
  runs += 1;
  const uid = FIRST_UID + (runs % UIDS);
  const groups = makeControlGroup(`argo-bot-checks-${uid}`, options.memoryMb);
  const room = await mkdtemp(path.join(tmpdir(), 'argo-room-'));
  try {
    const owner = process.getuid?.() === 0 ? `${uid}:${uid}` : undefined;
    const inside = { ...env, HOME: '/home/check', TMPDIR: '/tmp', USER: 'check', LOGNAME: 'check' };
    const sandbox = { ...options, owner, room, groups: groups.joins };
    const started = sandboxCommandLine(command, inside, sandbox);
    const run = await runGroup(started.argv, {
      cwd: '/',
      env: started.env,
      limitMs,
      signal,
      reports: true,
    });
    return interpretReport(run);
  } finally {
    await rmdir(room).catch(() => undefined);
    groups.remove();
  }
}

function interpretReport(run: GroupRun): SandboxRun {
  const steps = run.report.split('\n');
  const cut = run.ending.kind === 'over-limit' || run.ending.kind === 'stopped';
  if (cut) return { kind: 'ran', run };
  if (!steps.includes('ready')) return { kind: 'no-sandbox', output: said(run) };
  if (steps.includes('missing')) return { kind: 'missing', run };
  const code = steps.map((step) => /^ended (\d+)$/.exec(step)?.[1]).find(Boolean);
  if (code === undefined) return { kind: 'ran', run };
  return { kind: 'ran', run: { ...run, ending: { kind: 'exited', code: Number(code) } } };
}

function said({ ending, output }: GroupRun): string {
  if (ending.kind !== 'not-started' || output !== '') return output;
  return `sh could not be started (${ending.code})`;
}
