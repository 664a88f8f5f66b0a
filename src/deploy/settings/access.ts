import { z } from 'zod';
import { SlackId } from './names.ts';

/** Who may do what, by immutable Slack ids. A missing or empty list denies. */
export const AccessSchema = z.strictObject({
  deploy: z.array(SlackId).default([]),
  approve: z.array(SlackId).default([]),
  rollback: z.array(SlackId).default([]),
  unlock: z.array(SlackId).default([]),
  /** Where commands are accepted; empty denies, as everywhere. */
  channels: z.array(z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'use a channel id (C…)')).default([]),
});

export const ApprovalSchema = z.strictObject({
  four_eyes: z.boolean().default(true),
  expires_minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .default(30),
});
