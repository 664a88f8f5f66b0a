// Describes access and approval in argo.yml: roles, channels, four eyes, number of approvers.
import { z } from 'zod';
import { SlackId } from './names.ts';

/** The people and groups of each role, by Slack ids, which never change. A role without members denies everyone. */
export const AccessSchema = z.strictObject({
  deploy: z.array(SlackId).default([]),
  approve: z.array(SlackId).default([]),
  rollback: z.array(SlackId).default([]),
  unlock: z.array(SlackId).default([]),
  /** People who may approve alone in an emergency, with a reason that the channel sees. */
  break_glass: z.array(SlackId).default([]),
  /** Channels in which commands are accepted; an empty list accepts none. */
  channels: z.array(z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'use a channel id (C…)')).default([]),
});

const Email = z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/, 'use an e-mail address as git has it');

export const ApprovalSchema = z
  .strictObject({
    four_eyes: z.boolean().default(true),
    /** Number of different people who must approve. */
    approvers: z.int().min(1).max(5).default(1),
    /** When approval is needed. `start`: before any code of the commit runs on a host. */
    before: z.enum(['switch', 'start']).default('switch'),
    /** Whether authors of the commits since the live release may approve. */
    authors: z.enum(['may_approve', 'may_not_approve']).default('may_approve'),
    /** Slack ids of authors whose e-mail address Slack does not know; `nobody` for the address of a machine. */
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
