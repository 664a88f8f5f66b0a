import { z } from 'zod';
import { beganAt, type Deployment } from '../record/deployment.ts';
import {
  type DeploymentEvent,
  type DeployRequest,
  Ending,
  RequestSchema,
} from '../record/events.ts';
import { Users, usersOn } from '../record/users-on.ts';

/** A deployment holds the claim of its service and environment from request to finish. */
export const Claim = z.object({ deployment: z.string(), since: z.number(), by: z.string() });
export type Claim = z.infer<typeof Claim>;

/** After a rollback an environment is locked until a person has looked; people may lock it as well. */
export const Lock = z.object({
  reason: z.string(),
  by: z.string(),
  at: z.number(),
  /** It opens by itself then, Unix milliseconds. */
  until: z.number().optional(),
  /** One of many, made by `/argo freeze`. */
  freeze: z.boolean().optional(),
});
export type Lock = z.infer<typeof Lock>;

/** Every lock has a time of its own; who made it and why are compared all the same. */
export function isSameLock(a: Lock, b: Lock): boolean {
  return a.at === b.at && a.by === b.by && a.reason === b.reason;
}

export interface Place {
  service: string;
  environment: string;
}

/** One that waits for the claim, in the order of their turns. */
export const QueueEntry = z.object({
  deployment: z.string(),
  by: z.string(),
  since: z.number(),
  /** The same for the same request, whoever makes it. */
  wants: z.string(),
  /** Whether a lock holds it up. */
  mindsLock: z.boolean(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export type Created =
  | { kind: 'created'; deployment: Deployment }
  /** Without a claim: somebody in line is about to take it. */
  | { kind: 'busy'; claim: Claim | undefined }
  | { kind: 'locked'; lock: Lock };

export type LinedUp =
  | Exclude<Created, { kind: 'busy' }>
  | { kind: 'waiting'; deployment: Deployment }
  /** Somebody waits for the very same already. */
  | { kind: 'same'; entry: QueueEntry };

export type Turn =
  | { kind: 'turn' }
  /** Without a claim: those before it come first. */
  | { kind: 'behind'; place: number; claim: Claim | undefined }
  | { kind: 'locked'; place: number; lock: Lock }
  | { kind: 'over' };

export type Changed =
  | { kind: 'changed'; deployment: Deployment }
  /** `decide` had nothing to write; the record as it is. */
  | { kind: 'unchanged'; deployment: Deployment }
  | { kind: 'missing' };

/** Decides from the latest record what to write; called again when another writer was first. */
export type Decide = (deployment: Deployment) => DeploymentEvent[];

export const HistoryEntry = z.object({
  id: z.string(),
  at: z.number(),
  kind: z.enum(['deploy', 'rollback']),
  /** What it was for, where that is not a release. */
  plan: RequestSchema.shape.plan.optional(),
  release: z.string().optional(),
  by: z.string(),
  ending: Ending,
  /** From the request, or from the end of its wait in line, to the end. */
  ms: z.number(),
  /** Where it has left the users; absent where it moved nobody, and of older versions. */
  users: Users.optional(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export function historyEntry(
  d: Deployment,
  { at, ending }: { at: number; ending: Ending },
): HistoryEntry {
  const { id, request, facts } = d;
  const { kind, plan, origin } = request;
  const release = kind === 'rollback' ? facts.rollbackTo?.release : facts.release;
  const ms = at - beganAt(d);
  return { id, at, kind, plan, release, by: origin.user, ending, ms, users: usersOn(d) };
}

/**
 * The records and journals: the truth about every deployment. Every write is a compare-and-set.
 * Fails with OutcomeUnknown (code `records-unreachable`) when Redis does not answer in time.
 */
export interface Records {
  /** Takes the claim and writes `requested` in one step. A dry run takes no claim. */
  create(request: DeployRequest): Promise<Created>;
  /**
   * The same, with a place in line where another has the claim; behind the same request only if `anyway`.
   * A rollback stands first, whoever was there before.
   */
  createOrWait(request: DeployRequest, anyway: boolean): Promise<LinedUp>;
  /** Gives the claim to a deployment in line, if it is its turn; may be asked at any time, by anyone. */
  takeTurn(deployment: Deployment): Promise<Turn>;
  /** Those who wait, the next first. */
  line(place: Place): Promise<QueueEntry[]>;
  /** Fails with Misconfigured `journal-unreadable` where its journal is damaged, or of a newer version. */
  read(id: string): Promise<Deployment | undefined>;
  /** For a look back: one that cannot be read is passed over. */
  past(id: string): Promise<Deployment | undefined>;
  /** A change by a person or a timer. */
  change(id: string, decide: Decide): Promise<Changed>;
  /** A change by the worker that holds this epoch; fails with Fenced when another has taken over. */
  changeAs(id: string, epoch: number, decide: Decide): Promise<Deployment>;
  /** A new epoch for a worker that takes up the deployment: higher than every one given before, and than `above`. */
  takeEpoch(id: string, above?: number): Promise<number>;
  /** Deployments that are not finished. */
  active(): Promise<string[]>;
  /** Deployments that were written to since their thread was last painted, finished ones too. */
  unpainted(): Promise<string[]>;
  /** The thread shows this version; forgets the deployment unless it has been written to since. */
  settlePaint(id: string, version: number): Promise<void>;
  claim(place: Place): Promise<Claim | undefined>;
  /** Whatever lock was there is replaced: what a rollback has to say comes first. */
  lock(place: Place, lock: Lock): Promise<void>;
  /** Locks what is open; else tells the lock that is there, and leaves it. */
  lockIfOpen(place: Place, lock: Lock): Promise<Lock | undefined>;
  /** The lock that this person took off, if there was one; with `seen`, only that very lock is. */
  unlock(place: Place, by: string, seen?: Lock): Promise<Lock | undefined>;
  readLock(place: Place): Promise<Lock | undefined>;
  /** Finished deployments, newest first. */
  history(place: Place, limit: number): Promise<HistoryEntry[]>;
  /** Calls back soon after any change of this deployment, in any process; returns how to stop. */
  subscribe(id: string, changed: () => void): Promise<() => Promise<void>>;
}
