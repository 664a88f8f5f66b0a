import { setTimeout as wait } from 'node:timers/promises';
import type { Slot } from '../record/events.ts';
import { unitName } from '../settings/layout.ts';
import { causeIn } from './log-cause.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { tellable } from '../release/release-secrets.ts';
import type { StageContext } from '../step/stage.ts';

/** How many lines of a service's journal a failure carries. */
const LINES = 200;
/** So many are asked for: those of a start that is still going on may be of no use. */
const ASKED = 2 * LINES;

export interface ServiceState {
  unit: string;
  answer: Answer;
  /** The last lines of the journal since this release was started, without secrets. */
  log: string[];
  /** The same, but ending with its last death, for one that dies again and again. */
  whyItDied: string[];
}

/** How the service in a slot is, and what it wrote. */
export async function serviceState(
  context: StageContext,
  host: Host,
  slot: Slot,
  release: string,
): Promise<ServiceState> {
  const unit = unitName(context.target, slot);
  const answer = await slotState(context, host, slot, ASKED);
  const journal = answer.values('log');
  const files = answer.values('filed');
  const told = async (lines: string[]): Promise<string[]> =>
    (await tellable(context, host, release, lines)).slice(-LINES);
  return {
    unit,
    answer,
    log: await told([...journal, ...files]),
    whyItDied: await told([...upToLastDeath(journal), ...files]),
  };
}

/** The service of a slot, and the last lines that it wrote to the journal and to files. */
export function slotState(
  context: StageContext,
  host: Host,
  slot: Slot,
  lines: number,
): Promise<Answer> {
  const unit = unitName(context.target, slot);
  return runScript(context, host, 'slot-state', { slot, unit, lines });
}

/** How often a journal that still grows is read again, and after how many milliseconds. */
const READ_AGAIN = 5;
const GROWS_MS = 100;

/** As above, once it has written all it has to say: a service answers 500 first, and then writes why. */
export async function settledState(
  context: StageContext,
  host: Host,
  slot: Slot,
  release: string,
): Promise<ServiceState> {
  let seen = await serviceState(context, host, slot, release);
  for (let read = 0; read < READ_AGAIN; read += 1) {
    await wait(GROWS_MS, undefined, { signal: context.signal });
    const now = await serviceState(context, host, slot, release);
    if (now.log.at(-1) === seen.log.at(-1)) return now;
    seen = now;
  }
  return seen;
}

/** systemd starts it once more while we look, and what that one writes is cut in the middle. */
function upToLastDeath(log: string[]): string[] {
  const again = log.findLastIndex((line) => / systemd\[1\]: .*Scheduled restart job/.test(line));
  return again <= 0 ? log : log.slice(0, again);
}

/** The lines for a message, where few have room: those that tell the cause. */
export function tail(log: readonly string[]): string {
  const lines = causeIn(log).join('\n');
  return lines === '' ? '' : `\n${lines}`;
}
