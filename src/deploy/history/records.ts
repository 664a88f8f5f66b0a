// Describes the records in Redis: claims, locks, queue, history, and how journals are read and written.
import { z } from 'zod';
import { beganAt, type Deployment } from '../record/deployment.ts';
import { type DeploymentEvent, type DeployRequest, Ending, RequestKind } from '../record/events.ts';
import { describeRequest, withCurrentKind } from '../record/requests.ts';
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
  /** Set by `/argo lock` or `freeze`, so the person who set it can lift it. */
  byCommand: z.boolean().optional(),
  /** Made by `/argo freeze`, with many others. */
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
  /** Equal for equal requests, whoever makes them. */
  wants: z.string(),
  /** False if it may start in spite of a lock. */
  mindsLock: z.boolean(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export type Created =
  | { kind: 'created'; deployment: Deployment }
  /** Without a claim: the next deployment in the queue is about to take it. */
  | { kind: 'busy'; claim: Claim | undefined }
  | { kind: 'locked'; lock: Lock };

export type EnqueueResult =
  | Exclude<Created, { kind: 'busy' }>
  | { kind: 'waiting'; deployment: Deployment }
  /** The queue has an equal request already. */
  | { kind: 'same'; entry: QueueEntry };

export type DequeueResult =
  | { kind: 'turn' }
  /** `place` counts from 1. Without a claim: the deployments before it come first. */
  | { kind: 'behind'; place: number; claim: Claim | undefined }
  | { kind: 'locked'; place: number; lock: Lock }
  | { kind: 'over' };

export type Changed =
  | { kind: 'changed'; deployment: Deployment }
  /** `decide` returned no events; the record as it is. */
  | { kind: 'unchanged'; deployment: Deployment }
  | { kind: 'missing' };

/** Returns the events to write, from the latest record. Called again if another writer was first. */
export type Decide = (deployment: Deployment) => DeploymentEvent[];

const CurrentEntry = z.object({
  id: z.string(),
  at: z.number(),
  kind: RequestKind,
  release: z.string().optional(),
  /** Of the release that it made; absent in entries of older versions. */
  commit: z.object({ sha: z.string(), subject: z.string() }).optional(),
  by: z.string(),
  ending: Ending,
  /** Milliseconds from the request, or from the end of its time in the queue, to the end. */
  ms: z.number(),
  /** Where users are after it; absent if it moved nobody, and in entries of older versions. */
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
  return { id, at, kind, release, commit, by: origin.user, ending, ms, users: usersOn(d) };
}

/** The entry of the deployment that made a release. */
export function makerOf(
  release: string,
  history: readonly HistoryEntry[],
): HistoryEntry | undefined {
  return history.find((entry) => describeRequest(entry).makesRelease && entry.release === release);
}

/** Every write is a compare-and-set. Fails with OutcomeUnknown `records-unreachable` if Redis does not answer. */
export interface Records {
  /** Takes the claim and writes `requested` in one step. A dry run takes no claim. */
  create(request: DeployRequest): Promise<Created>;
  /** The same, or joins the queue; behind an equal request only with `anyway`. A rollback goes to its front. */
  createOrEnqueue(request: DeployRequest, anyway: boolean): Promise<EnqueueResult>;
  /** Gives the claim to a queued deployment if it is its turn. Safe to call at any time. */
  dequeue(deployment: Deployment): Promise<DequeueResult>;
  /** The queue, the next deployment first. */
  queue(place: Place): Promise<QueueEntry[]>;
  /** Fails with Misconfigured `journal-unreadable` if the journal is damaged or of a newer version. */
  read(id: string): Promise<Deployment | undefined>;
  /** Like `read`, but undefined if the journal is unreadable. */
  readOrSkip(id: string): Promise<Deployment | undefined>;
  /** A change by a person or a timer. */
  change(id: string, decide: Decide): Promise<Changed>;
  /** A change by the worker that holds this epoch; fails with Fenced when another has taken over. */
  changeAs(id: string, epoch: number, decide: Decide): Promise<Deployment>;
  /** A new epoch for a worker that takes the deployment over: higher than all before, and than `above`. */
  takeEpoch(id: string, above?: number): Promise<number>;
  /** Deployments that are not finished. */
  active(): Promise<string[]>;
  /** Deployments with events that their thread does not show yet, finished ones too. */
  unpainted(): Promise<string[]>;
  /** Records that the thread shows this version. Removes the deployment from `unpainted` unless it is newer. */
  markPainted(id: string, version: number): Promise<void>;
  claim(place: Place): Promise<Claim | undefined>;
  /** Replaces an existing lock: the reason of a rollback is more important. */
  lock(place: Place, lock: Lock): Promise<void>;
  /** Locks the place, or returns the lock that is there and keeps it. */
  lockIfOpen(place: Place, lock: Lock): Promise<Lock | undefined>;
  /** Returns the lock that was removed, if any. With `seen`, only that lock is removed. */
  unlock(place: Place, by: string, seen?: Lock): Promise<Lock | undefined>;
  readLock(place: Place): Promise<Lock | undefined>;
  /** Finished deployments, newest first. */
  history(place: Place, limit: number): Promise<HistoryEntry[]>;
  /** Calls back soon after a change, in any process. Returns how to stop. */
  subscribe(id: string, changed: () => void): Promise<() => Promise<void>>;
}
