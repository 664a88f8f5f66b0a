// Describes the records in Redis: claims, locks, queue, history, and the interface to read and write journals.
import { z } from 'zod';
import { beganAt, type Deployment } from '../record/deployment.ts';
import { type DeploymentEvent, type DeployRequest, Ending, RequestKind } from '../record/events.ts';
import { describeRequest, reasonOf, withCurrentKind } from '../record/requests.ts';
import { Users, usersOn } from '../record/users-on.ts';

/** One deployment holds the claim of a service and environment, from its request to its end. */
export const Claim = z.object({ deployment: z.string(), since: z.number(), by: z.string() });
export type Claim = z.infer<typeof Claim>;

/** A rollback locks its environment until a person unlocks it. People may lock it too. */
export const Lock = z.object({
  reason: z.string(),
  by: z.string(),
  at: z.number(),
  until: z.number().optional(),
  /** True if `by` set the lock by `/argo lock` or `/argo freeze`: the same person may remove it. */
  byCommand: z.boolean().optional(),
  /** Set by `/argo freeze`, which locks many environments at once. */
  freeze: z.boolean().optional(),
});
export type Lock = z.infer<typeof Lock>;

export function isSameLock(a: Lock, b: Lock): boolean {
  return a.at === b.at && a.by === b.by && a.reason === b.reason;
}

export interface Place {
  service: string;
  environment: string;
}

export const QueueEntry = z.object({
  deployment: z.string(),
  by: z.string(),
  since: z.number(),
  /** Describes what is requested: equal for equal requests of different people. */
  wants: z.string(),
  /** True if the deployment waits while the environment is locked; false for a rollback. */
  mindsLock: z.boolean(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export type Created =
  | { kind: 'created'; deployment: Deployment }
  /** `claim` is undefined while the next deployment in the queue is about to take it. */
  | { kind: 'busy'; claim: Claim | undefined }
  | { kind: 'locked'; lock: Lock };

export type EnqueueResult =
  | Exclude<Created, { kind: 'busy' }>
  | { kind: 'waiting'; deployment: Deployment }
  /** The queue has an equal request already. */
  | { kind: 'same'; entry: QueueEntry };

export type DequeueResult =
  /** The deployment has the claim. */
  | { kind: 'turn' }
  /** `place` is the position in the queue, from 1. `claim` is undefined if only queued deployments are ahead. */
  | { kind: 'behind'; place: number; claim: Claim | undefined }
  | { kind: 'locked'; place: number; lock: Lock }
  /** The deployment is finished. */
  | { kind: 'over' };

export type Changed =
  | { kind: 'changed'; deployment: Deployment }
  /** `decide` returned no events, so the record stays as it is. */
  | { kind: 'unchanged'; deployment: Deployment }
  | { kind: 'missing' };

/** Returns the events to write, from the latest record. Called again if another process writes first. */
export type Decide = (deployment: Deployment) => DeploymentEvent[];

const CurrentEntry = z.object({
  id: z.string(),
  at: z.number(),
  kind: RequestKind,
  release: z.string().optional(),
  /** Commit of the release that the deployment made; absent in entries of older versions. */
  commit: z.object({ sha: z.string(), subject: z.string() }).optional(),
  by: z.string(),
  ending: Ending,
  /** The stage that failed, if the deployment failed, and its error code. */
  failed: z.object({ stage: z.string(), code: z.string().optional() }).optional(),
  /** Why the deployment failed or was rolled back, in one line; absent in entries of older versions. */
  why: z.string().optional(),
  /** Duration of the deployment in milliseconds, without its time in the queue. */
  ms: z.number(),
  /** Where users are after the deployment; absent if it moved nobody, and in entries of older versions. */
  users: Users.optional(),
});
export const HistoryEntry = z.preprocess(withCurrentKind, CurrentEntry);
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export function historyEntry(
  d: Deployment,
  { at, ending }: { at: number; ending: Ending },
): HistoryEntry {
  const { id, request, facts } = d;
  const { kind, origin } = request;
  const { rollsBack, makesRelease } = describeRequest(request);
  const release = rollsBack ? facts.rollbackTo?.release : facts.release;
  const made = makesRelease && facts.commit;
  const commit = made && { sha: made.sha, subject: made.subject };
  const ms = at - beganAt(d);
  const broken =
    ending === 'failed' ? d.stages.find(({ status }) => status === 'failed') : undefined;
  const failed = broken && { stage: broken.name, code: broken.failure?.code };
  const reason =
    ending === 'rolled-back'
      ? (d.rollback?.reason ?? reasonOf(request))
      : broken?.failure?.message.trim();
  const why = reason?.split('\n')[0]?.slice(0, 300);
  const by = origin.user;
  return { id, at, kind, release, commit, by, ending, failed, why, ms, users: usersOn(d) };
}

/** Returns the history entry of the deployment that made a release. */
export function makerOf(
  release: string,
  history: readonly HistoryEntry[],
): HistoryEntry | undefined {
  return history.find((entry) => describeRequest(entry).makesRelease && entry.release === release);
}

/** Every write is a compare-and-set. Calls fail with OutcomeUnknown `records-unreachable` if Redis does not answer. */
export interface Records {
  /** Takes the claim and writes the `requested` event in one step. A dry run takes no claim. */
  create(request: DeployRequest): Promise<Created>;
  /** Like `create`, but queues if the claim is taken, a rollback first. Equal requests queue only with `anyway`. */
  createOrEnqueue(request: DeployRequest, anyway: boolean): Promise<EnqueueResult>;
  /** Gives the claim to a queued deployment if nothing is ahead of it. Safe to call at any time. */
  dequeue(deployment: Deployment): Promise<DequeueResult>;
  /** Returns the queue, with the next deployment first. */
  queue(place: Place): Promise<QueueEntry[]>;
  /** Fails with Misconfigured `journal-unreadable` if the journal is damaged or of a newer version. */
  read(id: string): Promise<Deployment | undefined>;
  /** Like `read`, but undefined if the journal is unreadable. */
  readOrSkip(id: string): Promise<Deployment | undefined>;
  /** Writes a change by a person or a timer. */
  change(id: string, decide: Decide): Promise<Changed>;
  /** Writes a change by the worker with this epoch. Fails with Fenced if another worker has taken over. */
  changeAs(id: string, epoch: number, decide: Decide): Promise<Deployment>;
  /** Returns a new epoch for a worker that takes over the deployment: higher than all before, and than `above`. */
  takeEpoch(id: string, above?: number): Promise<number>;
  /** Returns the ids of deployments that are not finished. */
  active(): Promise<string[]>;
  /** Returns the ids of deployments, also finished ones, with events that their thread does not show yet. */
  unpainted(): Promise<string[]>;
  /** Records that the thread shows the first `version` events. A deployment with more events stays in `unpainted`. */
  markPainted(id: string, version: number): Promise<void>;
  claim(place: Place): Promise<Claim | undefined>;
  /** Locks the environment after a rollback. Replaces an existing lock, so that people read the rollback's reason. */
  lock(place: Place, lock: Lock): Promise<void>;
  /** Locks the environment. If it has a lock already, keeps and returns the existing lock. */
  lockIfOpen(place: Place, lock: Lock): Promise<Lock | undefined>;
  /** Removes the lock and returns it. With `seen`, removes only that lock. */
  unlock(place: Place, by: string, seen?: Lock): Promise<Lock | undefined>;
  readLock(place: Place): Promise<Lock | undefined>;
  /** Returns finished deployments, newest first. */
  history(place: Place, limit: number): Promise<HistoryEntry[]>;
  /** Calls `changed` soon after any process changes the deployment. Returns a function that stops these calls. */
  subscribe(id: string, changed: () => void): Promise<() => Promise<void>>;
}
