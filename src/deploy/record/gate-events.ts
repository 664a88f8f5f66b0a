// Describes what can happen to an approval: the events between the opening of a gate and its decision.
import { z } from 'zod';

const At = z.number(); // Unix milliseconds
/** Digest of the content that the person saw; absent in older journals. */
export const Digest = z.string().optional();

export const gateEvents = [
  z.object({ type: z.literal('gate-opened'), at: At, digest: z.string(), expiresAt: At }),
  /** One approval of several: the gate stays open. */
  z.object({
    type: z.literal('voted'),
    at: At,
    by: z.string(),
    digest: z.string(),
    note: z.string().optional(),
  }),
  /** The last approval that was needed. */
  z.object({
    type: z.literal('approved'),
    at: At,
    by: z.string(),
    digest: z.string(),
    note: z.string().optional(),
    /** Why one person approved alone, with access.break_glass. */
    brokeGlass: z.string().optional(),
  }),
  z.object({
    type: z.literal('rejected'),
    at: At,
    by: z.string(),
    reason: z.string(),
    digest: Digest,
  }),
  z.object({ type: z.literal('expired'), at: At }),
  z.object({ type: z.literal('approval-invalidated'), at: At, reason: z.string() }),
] as const;
