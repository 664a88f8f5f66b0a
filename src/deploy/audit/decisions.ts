// Decides which events of a journal, and which changes of a lock, are decisions that the audit records.
import { z } from 'zod';
import { digestOf } from './canonical-json.ts';
import type { Deployment } from '../record/deployment.ts';
import { type DeploymentEvent, type DeployRequest, BOT } from '../record/events.ts';
import { isDryRun, reasonOf, refOf } from '../record/requests.ts';
import type { Lock, Place } from '../history/records.ts';

/** A value of a field that a newer version added. Objects are refused: hashing a deep one would overflow the stack. */
const Flat = z.union([z.string(), z.number(), z.boolean(), z.undefined()]);

/** A decision in the audit. Unknown kinds and fields of newer versions are kept and hashed. */
export const Decision = z
  .object({
    /** ISO 8601, UTC. */
    at: z.string(),
    kind: z.string(),
    /** Who decided: a Slack user id, `argo-bot`, or `user@machine` for commands of the CLI. */
    person: z.string(),
    outcome: z.string(),
    service: z.string().optional(),
    environment: z.string().optional(),
    deployment: z.string().optional(),
    host: z.string().optional(),
    /** What was requested; only in decisions of kind `request`. */
    asked: z.string().optional(),
    /** sha256 of what the person was shown. */
    digest: z.string().optional(),
    note: z.string().optional(),
  })
  .catchall(Flat);
export type Decision = z.infer<typeof Decision>;

/** Returns the decisions among `events`, which one write adds to the journal of a deployment. */
export function decisionsOf(
  { id, request }: Pick<Deployment, 'id' | 'request'>,
  events: readonly DeploymentEvent[],
): Decision[] {
  const { service, environment } = request;
  const queued = events.some(({ type }) => type === 'queued');
  return events.flatMap((event) => {
    const decided = decisionOf(event, queued);
    const at = isoOf(event.at);
    return decided ? [{ at, service, environment, deployment: id, ...decided }] : [];
  });
}

type DecisionFields = Pick<Decision, 'kind' | 'person' | 'outcome' | 'asked' | 'digest' | 'note'>;

function decisionOf(event: DeploymentEvent, queued: boolean): DecisionFields | undefined {
  switch (event.type) {
    case 'requested': {
      const { request } = event;
      const person = request.origin.user;
      const outcome = queued ? 'queued' : 'started';
      return { kind: 'request', person, outcome, asked: wordsOf(request), note: reasonOf(request) };
    }
    case 'voted':
      return { ...signature(event), kind: 'approval', outcome: 'more approvals needed' };
    case 'approved':
      return event.brokeGlass === undefined
        ? { ...signature(event), kind: 'approval', outcome: 'approved' }
        : { ...signature(event), ...breakGlassFields(event.brokeGlass, event.note) };
    case 'rejected':
      return { ...signature(event), kind: 'rejection', outcome: 'rejected', note: event.reason };
    case 'cancel-requested':
      return { ...signature(event), kind: 'cancel', outcome: 'cancelled' };
    case 'acknowledged':
      return { ...signature(event), kind: 'acknowledgement', outcome: 'acknowledged' };
    case 'snoozed':
      return {
        ...signature(event),
        kind: 'snooze',
        outcome: `snoozed until ${isoOf(event.until)}`,
      };
    case 'rollback-requested':
      return { ...signature(event), kind: 'rollback', outcome: 'rolling back', note: event.reason };
    case 'expired':
      return { kind: 'approval', person: BOT, outcome: 'expired' };
    case 'approval-invalidated':
      return { kind: 'approval', person: BOT, outcome: 'voided', note: event.reason };
    case 'finished':
      return { kind: 'end', person: BOT, outcome: event.ending };
    case 'alerted':
    case 'checked':
    case 'done':
    case 'gate-opened':
    case 'intent':
    case 'queue-moved':
    case 'queued':
    case 'phase-done':
    case 'phase-interrupted':
    case 'phase-started':
    case 'recovered':
    case 'stage-failed':
    case 'stalled':
    case 'superseded':
    case 'dequeued':
      return undefined;
  }
}

type SignedEvent = Partial<Record<'by' | 'digest' | 'note', string | undefined>>;

const signature = ({ by = BOT, digest, note }: SignedEvent) => ({ person: by, digest, note });

function breakGlassFields(reason: string, note?: string) {
  const outcome = 'approved by one person alone';
  return { kind: 'break-glass', outcome, note: note === undefined ? reason : `${reason}; ${note}` };
}

function wordsOf(request: DeployRequest): string {
  const ref = refOf(request);
  return `${request.kind}${ref === undefined ? '' : ` ${ref}`}${isDryRun(request) ? ' (dry run)' : ''}`;
}

export function lockDecision(place: Place, { at, by, reason, until, freeze }: Lock): Decision {
  return {
    ...placeOf(place),
    at: isoOf(at),
    kind: freeze ? 'freeze' : 'lock',
    person: by,
    outcome: until === undefined ? 'locked' : `locked until ${isoOf(until)}`,
    note: reason,
  };
}

/** Returns the audit record of an unlock, with the digest of the lock that was removed. */
export function unlockDecision(place: Place, lock: Lock, by: string): Decision {
  return {
    ...placeOf(place),
    at: isoOf(Date.now()),
    kind: lock.freeze ? 'unfreeze' : 'unlock',
    person: by,
    outcome: `unlocked; was locked by ${lock.by}`,
    digest: digestOf(lock),
    note: lock.reason,
  };
}

const placeOf = ({ service, environment }: Place): Place => ({ service, environment });

/** Formats a time as ISO 8601. Never throws: an invalid time must not prevent a decision from being recorded. */
export function isoOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
