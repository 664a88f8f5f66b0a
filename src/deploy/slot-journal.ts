import type { Slot } from './events.ts';
import { unitName } from './layout.ts';
import { runScript } from './on-every-host.ts';
import type { Answer, Host } from './ports.ts';
import { tellable } from './release-secrets.ts';
import type { StageContext } from './stage.ts';

/** How many lines of a service's journal a failure carries. */
const LINES = 50;

export interface ServiceState {
  unit: string;
  answer: Answer;
  /** The last lines of the journal since this release was started, without secrets. */
  log: string[];
}

/** How the service in a slot is, and what it wrote. */
export async function serviceState(
  context: StageContext,
  host: Host,
  slot: Slot,
  release: string,
): Promise<ServiceState> {
  const unit = unitName(context.target, slot);
  const answer = await runScript(context, host, 'slot-state', { slot, unit, lines: LINES });
  return { unit, answer, log: await tellable(context, host, release, answer.values('log')) };
}

/** The lines for a message, where few have room: the service's own, if it wrote any. */
export function tail(log: readonly string[]): string {
  const own = log.filter((line) => !/ systemd\[1\]: /.test(line));
  const lines = (own.length > 0 ? own : log).slice(-3).join('\n');
  return lines === '' ? '' : `\n${lines}`;
}
