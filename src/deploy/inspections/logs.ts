// Does the inspection of `/argo logs`: the last lines of a slot's log on each host, without secrets.
import { readSlotState } from '../failure/slot-journal.ts';
import { observe } from '../host/observe.ts';
import type { Host } from '../ports/ports.ts';
import { StageFailed } from '../record/errors.ts';
import { redactLog } from '../release/release-secrets.ts';
import { unitName } from '../settings/layout.ts';
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
      next: '`/argo logs blue` or `/argo logs green`.',
    });
  }
  const answer = await readSlotState(context, host, slot, lines);
  const written = [...answer.values('log'), ...answer.values('filed')];
  const redacted = await redactLog(context, host, facts.slots[slot] ?? '', written);
  return { unit: unitName(context.target, slot), lines: redacted };
}
