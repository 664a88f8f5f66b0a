import { z } from 'zod';
import { Digest, gateEvents } from './gate-events.ts';

/** What can happen to a deployment. The journal is a list of these; nothing else is stored as truth. */
const At = z.number(); // Unix milliseconds
export const Slot = z.enum(['blue', 'green']);
export type Slot = z.infer<typeof Slot>;
export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');

export const Phase = z.enum(['prepare', 'release', 'watch', 'rollback', 'cleanup']);
export type Phase = z.infer<typeof Phase>;

/** Who asked, and where the thread is. Ids only: names can change hands. */
export const Origin = z.object({ user: z.string(), channel: z.string(), team: z.string() });
export type Origin = z.infer<typeof Origin>;

export const RequestSchema = z.object({
  kind: z.enum(['deploy', 'rollback']),
  service: z.string(),
  environment: z.string(),
  /** `idle` and undefined: whichever is not live when the hosts are claimed. */
  slot: z.enum(['blue', 'green', 'idle']).default('idle'),
  /** A git ref to deploy, or a release to go back to; undefined: the branch, or the previous good release. */
  ref: z.string().optional(),
  dryRun: z.boolean().default(false),
  /** The looks at the config are dry runs with stages of their own; a push is a release of the live commit, a restart the live release again. */
  plan: z
    .enum([
      'release',
      'config-check',
      'config-diff',
      'config-push',
      'restart',
      'health',
      'logs',
      'diff',
    ])
    .default('release'),
  /** The deployment that this one tries again: what that has proven of the same commit is not proven twice. */
  retryOf: z.string().optional(),
  /** Of `logs`: how many lines of each host. */
  lines: z.number().optional(),
  /** How the service is moved to a release: which stages there are. As argo.yml said when it was asked for. */
  strategy: z.enum(['proxy', 'restart']).default('proxy'),
  /** The approval comes before any code of the commit runs on a host, as argo.yml said then; undefined: before the switch. */
  gate: z.literal('start').optional(),
  origin: Origin,
});
export type DeployRequest = z.infer<typeof RequestSchema>;

/** A release that could be gone back to instead, and what is known of it. */
const Offer = z.object({
  release: z.string(),
  at: At.optional(),
  /** First line of its commit's message; text from outside. */
  subject: z.string().optional(),
  /** Who deployed it. */
  by: z.string().optional(),
});
export type Offer = z.infer<typeof Offer>;

/** The commit of this release that last changed a line which the service failed at; author and subject are outside text. */
export const Blame = z.object({
  path: z.string(),
  line: z.number(),
  sha: z.string(),
  author: z.string(),
  subject: z.string(),
});
export type Blame = z.infer<typeof Blame>;

export const FailureRecord = z.object({
  code: z.string(),
  message: z.string(),
  next: z.string(),
  host: z.string().optional(),
  log: z.string().optional(),
  offers: z.array(Offer).optional(),
  blame: Blame.optional(),
});
export type FailureRecord = z.infer<typeof FailureRecord>;

/** `unknown`: the host could not be asked, which says nothing about the service. */
const WatchState = z.enum(['healthy', 'degraded', 'unavailable', 'unknown']);

export const WatchCheck = z.object({
  at: At,
  host: z.string(),
  /** Of the slot. */
  state: WatchState,
  /** Milliseconds the health address took to answer. */
  ms: z.number(),
  /** How often systemd has restarted the service since the traffic moved. */
  restarts: z.number().optional(),
  detail: z.string().optional(),
  /** The address that users take, where it is not the slot's own. */
  public: z
    .object({
      state: WatchState,
      ms: z.number(),
      detail: z.string().optional(),
      /** Another release than the new one that answers there. */
      other: z.string().optional(),
      /** Why a rollback would bring nobody back. */
      stuck: z.string().optional(),
    })
    .optional(),
  /** When the host went back by itself, while no bot was there. */
  returned: z.string().optional(),
});
export type WatchCheck = z.infer<typeof WatchCheck>;

export const Ending = z.enum([
  'succeeded',
  'failed',
  'cancelled',
  'rejected',
  'expired',
  'voided',
  'rolled-back',
  'rollback-failed',
  'dry-run',
]);
export type Ending = z.infer<typeof Ending>;

/** What stands between a deployment in line and its turn. */
export const Obstacle = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deployment'), by: z.string(), since: At }),
  z.object({ kind: z.literal('lock'), by: z.string(), reason: z.string() }),
]);
export type Obstacle = z.infer<typeof Obstacle>;

export const EventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('requested'), at: At, id: z.string(), request: RequestSchema }),
  /** Another deployment has the claim: this one stands in line, and nothing of it has begun. */
  z.object({ type: z.literal('lined-up'), at: At }),
  /** `place` counts from 1, which is the next. */
  z.object({ type: z.literal('line-moved'), at: At, place: z.number(), behind: Obstacle }),
  /** It has the claim now, and begins. */
  z.object({ type: z.literal('turn-came'), at: At }),
  z.object({
    type: z.literal('phase-started'),
    at: At,
    phase: Phase,
    epoch: z.number(),
    worker: z.string(),
  }),
  /** A worker stopped in good order and left the phase to the next one: not a crash. */
  z.object({ type: z.literal('phase-parked'), at: At }),
  /** No worker can go on until a person has done something; the next phase-started ends it. */
  z.object({ type: z.literal('stalled'), at: At, message: z.string(), next: z.string() }),
  z.object({ type: z.literal('intent'), at: At, stage: z.string() }),
  z.object({
    type: z.literal('done'),
    at: At,
    stage: z.string(),
    ms: z.number(),
    /** One short line for the checklist: `2,987 files, 3 changed`. */
    summary: z.string(),
    warnings: z.array(z.string()).default([]),
    skipped: z.boolean().default(false),
    /** What a stage was asked to bring along, a file in the thread. */
    log: z.string().optional(),
    /** Facts that later stages and views use; see facts.ts. */
    facts: z.record(z.string(), z.unknown()).default({}),
  }),
  z.object({
    type: z.literal('stage-failed'),
    at: At,
    stage: z.string(),
    ms: z.number(),
    failure: FailureRecord,
  }),
  z.object({ type: z.literal('phase-done'), at: At, phase: Phase }),
  ...gateEvents,
  z.object({ type: z.literal('cancel-requested'), at: At, by: z.string(), digest: Digest }),
  z.object({ type: z.literal('checked'), at: At, checks: z.array(WatchCheck) }),
  /** The same fingerprint is the same alert, raised again; without one the reason stands for it. */
  z.object({
    type: z.literal('alerted'),
    at: At,
    reason: z.string(),
    fingerprint: z.string().optional(),
  }),
  z.object({ type: z.literal('acknowledged'), at: At, by: z.string(), digest: Digest }),
  z.object({ type: z.literal('snoozed'), at: At, by: z.string(), until: At, digest: Digest }),
  z.object({ type: z.literal('recovered'), at: At }),
  z.object({
    type: z.literal('rollback-requested'),
    at: At,
    by: z.string().optional(),
    reason: z.string(),
    digest: Digest,
  }),
  z.object({ type: z.literal('finished'), at: At, ending: Ending }),
  /** Another deployment of the same place has begun after the end of this one. */
  z.object({ type: z.literal('superseded'), at: At }),
]);
export type DeploymentEvent = z.infer<typeof EventSchema>;
