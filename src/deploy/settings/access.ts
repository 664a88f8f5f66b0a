import { z } from 'zod';
import { SlackId } from './names.ts';

/** Who may do what, by immutable Slack ids. A missing or empty list denies. */
export const AccessSchema = z.strictObject({
  deploy: z.array(SlackId).default([]),
  approve: z.array(SlackId).default([]),
  rollback: z.array(SlackId).default([]),
  unlock: z.array(SlackId).default([]),
  /** Who may approve alone in an emergency, with a reason that the whole channel sees. */
  break_glass: z.array(SlackId).default([]),
  /** Where commands are accepted; empty denies, as everywhere. */
  channels: z.array(z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'use a channel id (C…)')).default([]),
});

const Email = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/, 'use an e-mail address as git has it');

export const ApprovalSchema = z
  .strictObject({
    four_eyes: z.boolean().default(true),
    /** So many different people have to approve. */
    approvers: z.int().min(1).max(5).default(1),
    /** `start`: before any code of the commit runs on a host. */
    before: z.enum(['switch', 'start']).default('switch'),
    /** Of the commits between the live release and this one. */
    authors: z.enum(['may_approve', 'may_not_approve']).default('may_approve'),
    /** Addresses of commits that Slack does not know: whose they are, or `nobody` for a machine's. */
    author_emails: z.record(Email, SlackId.or(z.literal('nobody'))).default({}),
    expires_minutes: z
      .number()
      .positive()
      .max(24 * 60)
      .default(30),
  })
  .refine(({ four_eyes, authors }) => four_eyes || authors === 'may_approve', {
    path: ['authors'],
    error: 'may_not_approve needs four_eyes: true',
  });
