// Describes what can happen to a deployment: the request, and the events of the journal.
import { z } from 'zod';
import { FailureRecord } from './errors.ts';
import { WatchCheck } from './watch-check.ts';

const At = z.number(); // Unix milliseconds
export const Slot = z.enum(['blue', 'green']);
export type Slot = z.infer<typeof Slot>;
export const slotNames: readonly Slot[] = Slot.options;
/** `idle`: the slot that is not live when the deployment claims the hosts. */
export const SlotChoice = z.enum([...Slot.options, 'idle']);
export type SlotChoice = z.infer<typeof SlotChoice>;
/** The author of locks and decisions that no person made. */
export const BOT = 'argo-bot';

export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');

export const Phase = z.enum(['prepare', 'release', 'watch', 'rollback', 'cleanup']);
export type Phase = z.infer<typeof Phase>;

/** Slack ids of the requester, and of the channel and team of the thread. Unlike names, ids never change. */
export const Origin = z.object({ user: z.string(), channel: z.string(), team: z.string() });
export type Origin = z.infer<typeof Origin>;

const everyRequest = {
  service: z.string(),
  environment: z.string(),
  /** The strategy in argo.yml at the time of the request. It decides which stages run. */
  strategy: z.enum(['proxy', 'restart']).default('proxy'),
  /** `start`: approval before any code of the commit runs on a host; undefined: approval before the switch. */
  gate: z.literal('start').optional(),
  origin: Origin,
};

const ofCommit = {
  ...everyRequest,
  slot: SlotChoice.default('idle'),
  /** The deployment that this one retries: checks that passed for the same commit are skipped. */
  retryOf: z.string().optional(),
};

export const RequestKind = z.enum(['deploy', 'config-push', 'restart', 'rollback']);

export const RequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deploy'),
    ...ofCommit,
    /** A git ref; undefined: the branch that argo.yml declares. */
    ref: z.string().optional(),
    dryRun: z.boolean().default(false),
  }),
  /** Deploys the live commit with the current config. */
  z.object({ kind: z.literal('config-push'), ...ofCommit, ref: z.string() }),
  /** Starts the live release again. */
  z.object({ kind: z.literal('restart'), ...everyRequest }),
  z.object({
    kind: z.literal('rollback'),
    ...everyRequest,
    /** Name of the release to return to; undefined: the previous good one. */
    ref: z.string().optional(),
    /** Why the person rolls back, in the person's words. */
    reason: z.string().max(500).optional(),
  }),
]);
export type DeployRequest = z.infer<typeof RequestSchema>;

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

/** Why a queued deployment waits. */
export const Obstacle = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('deployment'), by: z.string(), since: At }),
  z.object({ kind: z.literal('lock'), by: z.string(), reason: z.string() }),
]);
export type Obstacle = z.infer<typeof Obstacle>;

/** Digest of the content that the deciding person saw; absent in journals of older versions of argo-bot. */
const Digest = z.string().optional();

/** Returns the schema of one type of event. `at` is in Unix milliseconds. */
const event = <Type extends string, Shape extends z.core.$ZodLooseShape>(
  type: Type,
  shape: Shape,
) => z.object({ type: z.literal(type), at: z.number(), ...shape });

export const CurrentEvent = z.discriminatedUnion('type', [
  event('requested', { id: z.string(), request: RequestSchema }),
  /** The deployment waits in the queue, because another one has the claim. None of its stages has started. */
  event('queued', {}),
  /** `place` is the position in the queue; the deployment at position 1 starts next. */
  event('queue-moved', { place: z.number(), behind: Obstacle }),
  /** The deployment left the queue and has the claim of its environment. */
  event('dequeued', {}),
  event('phase-started', { phase: Phase, epoch: z.number(), worker: z.string() }),
  /** A worker was told to stop, and left the phase to another worker. The stop does not count as a crash. */
  event('phase-interrupted', {}),
  /** No worker can continue before a person acts. The next `phase-started` event ends the stall. */
  event('stalled', { message: z.string(), next: z.string() }),
  event('intent', { stage: z.string() }),
  event('done', {
    stage: z.string(),
    ms: z.number(),
    /** One short line for the checklist: `2,987 files, 3 changed`. */
    summary: z.string(),
    warnings: z.array(z.string()).default([]),
    skipped: z.boolean().default(false),
    /** Longer text, which the Slack thread shows as a file. */
    log: z.string().optional(),
    /** What the stage found out, for later stages and views; see facts.ts. */
    facts: z.record(z.string(), z.unknown()).default({}),
  }),
  event('stage-failed', { stage: z.string(), ms: z.number(), failure: FailureRecord }),
  event('phase-done', { phase: Phase }),
  event('gate-opened', { digest: z.string(), expiresAt: z.number() }),
  /** One approval of several: the gate stays open. */
  event('voted', { by: z.string(), digest: z.string(), note: z.string().optional() }),
  /** The last approval that was needed: it closes the gate. */
  event('approved', {
    by: z.string(),
    digest: z.string(),
    note: z.string().optional(),
    /** Why one person approved alone, with access.break_glass. */
    brokeGlass: z.string().optional(),
  }),
  event('rejected', { by: z.string(), reason: z.string(), digest: Digest }),
  event('expired', {}),
  event('approval-invalidated', { reason: z.string() }),
  event('cancel-requested', { by: z.string(), digest: Digest }),
  event('checked', { checks: z.array(WatchCheck) }),
  /** Events with the same fingerprint raise the same alert. Without a fingerprint, the reason identifies the alert. */
  event('alerted', { reason: z.string(), fingerprint: z.string().optional() }),
  event('acknowledged', { by: z.string(), digest: Digest }),
  event('snoozed', { by: z.string(), until: At, digest: Digest }),
  event('recovered', {}),
  event('rollback-requested', { by: z.string().optional(), reason: z.string(), digest: Digest }),
  event('finished', { ending: Ending }),
  /** A newer deployment of the same service and environment started after the end of this one. */
  event('superseded', {}),
]);
export type DeploymentEvent = z.infer<typeof CurrentEvent>;
