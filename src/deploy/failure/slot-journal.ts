// Reads a slot's unit state and its log from a host, with the secrets of its release removed.
import { setTimeout as wait } from 'node:timers/promises';
import type { Slot } from '../record/events.ts';
import type { Placement } from '../record/facts.ts';
import { unitName } from '../settings/layout.ts';
import { causeLines } from './log-cause.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { redactLog } from '../release/release-secrets.ts';
import type { HostContext } from '../step/stage.ts';

/** Number of log lines that are kept with a failure. */
const LINES = 200;
/** Number of log lines read from the host: twice as many, because `logToLastCrash` drops some of them. */
const LINES_READ = 2 * LINES;

export interface ServiceState {
  unit: string;
  answer: Answer;
  /** The last lines since this release was started, without secrets. */
  log: string[];
  /** Like `log`, but without the journal lines of the start after the last crash. */
  logToLastCrash: string[];
}

export async function serviceState(
  context: HostContext,
  host: Host,
  { slot, release }: Placement,
): Promise<ServiceState> {
  const unit = unitName(context.target, slot);
  const answer = await readSlotState(context, host, slot, LINES_READ);
  const journal = answer.values('log');
  const files = answer.values('filed');
  const redacted = async (lines: string[]): Promise<string[]> =>
    (await redactLog(context, host, release, lines)).slice(-LINES);
  return {
    unit,
    answer,
    log: await redacted([...journal, ...files]),
    logToLastCrash: await redacted([...upToLastCrash(journal), ...files]),
  };
}

/** Reads the unit's state and the last `lines` lines of its journal and log files. The caller must redact them. */
export function readSlotState(
  context: HostContext,
  host: Host,
  slot: Slot,
  lines: number,
): Promise<Answer> {
  return runScript(context, host, 'slot-state', slotStateParameters(context, slot, lines));
}

export function slotStateParameters(
  { target }: HostContext,
  slot: Slot,
  lines: number,
): Record<string, string | number> {
  return { slot, unit: unitName(target, slot), lines };
}

/** Reads the unit's state without its log. `heard` tells the host's guard that the bot is not silent. */
export function readWatchedState(context: HostContext, host: Host, slot: Slot): Promise<Answer> {
  const parameters = { ...slotStateParameters(context, slot, 0), heard: 'yes' };
  return runScript(context, host, 'slot-state', parameters);
}

export async function readRestarts(context: HostContext, host: Host, slot: Slot): Promise<number> {
  const answer = await readSlotState(context, host, slot, 0);
  return Number(answer.value('restarts'));
}

/** While a log still grows, it is read again, at most READ_AGAIN times, after GROWS_MS milliseconds each. */
const READ_AGAIN = 5;
const GROWS_MS = 100;

/** Waits until the log stops growing: a service answers 500 first and writes the reason later. */
export async function stateAfterLogging(
  context: HostContext,
  host: Host,
  placement: Placement,
): Promise<ServiceState> {
  let seen = await serviceState(context, host, placement);
  for (let read = 0; read < READ_AGAIN; read += 1) {
    await wait(GROWS_MS, undefined, { signal: context.signal });
    const now = await serviceState(context, host, placement);
    if (now.log.at(-1) === seen.log.at(-1)) return now;
    seen = now;
  }
  return seen;
}

/** Drops the lines after systemd's last automatic restart, because the log of that start is still incomplete. */
function upToLastCrash(log: string[]): string[] {
  const restartIndex = log.findLastIndex((line) =>
    / systemd\[1\]: .*Scheduled restart job/.test(line),
  );
  return restartIndex <= 0 ? log : log.slice(0, restartIndex);
}

/** Returns the log lines that explain a failure, to append to its message; empty if the log has none. */
export function causeSuffix(log: readonly string[]): string {
  const lines = causeLines(log).join('\n');
  return lines === '' ? '' : `\n${lines}`;
}
