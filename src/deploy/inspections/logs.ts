// Implements the inspection of `/argo logs`: the last lines of a slot's log on each host, without secrets.
import { readSlotState } from '../failure/slot-journal.ts';
import { type Observation, observe } from '../host/observe.ts';
import type { Host } from '../ports/ports.ts';
import { StageFailed } from '../record/errors.ts';
import { slotNames } from '../record/events.ts';
import { redactLog } from '../release/release-secrets.ts';
import { hasOneUnit, unitName } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { HostContext } from '../step/stage.ts';
import type { Found, InspectionRequest } from './inspection.ts';

type LogsRequest = InspectionRequest & { kind: 'logs' };

const DEFAULT_LINES = 50;

/** At most this many characters for all hosts together, so that the result fits into a modal. */
const MAX_CHARACTERS = 120_000;

export async function readLogs(context: HostContext, request: LogsRequest): Promise<Found> {
  const read = await onEveryHost(context, (host) => readFrom(context, host, request));
  const maxPerHost = Math.floor(MAX_CHARACTERS / Math.max(1, Object.keys(read).length));
  const logs = Object.entries(read).map(([host, { unit, lines }]) => ({
    host,
    unit,
    log: lines.join('\n').slice(-maxPerHost),
  }));
  return { findings: { kind: 'logs', logs } };
}

/** Names the slots that hold a release. With one unit, or without a release, there is no log to name. */
function nextWithoutLive(target: Target, { slots }: Observation['facts']): string {
  const held = hasOneUnit(target) ? [] : slotNames.filter((slot) => slots[slot] !== undefined);
  const named = held.map((slot) => `\`/argo logs ${slot}\``).join(' or ');
  return named === '' ? '`/argo deploy`.' : `${named}.`;
}

async function readFrom(
  context: HostContext,
  host: Host,
  { slot: wanted, lines = DEFAULT_LINES }: LogsRequest,
): Promise<{ unit: string; lines: string[] }> {
  const { facts } = await observe(context, host);
  const slot = wanted === 'idle' ? facts.live : wanted;
  if (slot === undefined) {
    throw new StageFailed(`nothing is live on ${host.name}, so there is no log to show`, {
      code: 'nothing-live',
      host: host.name,
      next: nextWithoutLive(context.target, facts),
    });
  }
  const answer = await readSlotState(context, host, slot, lines);
  const written = [...answer.values('log'), ...answer.values('filed')];
  const redacted = await redactLog(context, host, facts.slots[slot] ?? '', written);
  return { unit: unitName(context.target, slot), lines: redacted };
}
