import { z } from 'zod';

/** What our own buttons carry. Slack signs it, but an old message may hold an old shape. */
export const ForDeployment = z.strictObject({ d: z.string().min(1).max(200) });
export const ForGate = z.strictObject({
  d: z.string().min(1).max(200),
  g: z.string().min(1).max(200),
});
export const ForAlert = z.strictObject({ d: z.string().min(1).max(200), a: z.int().min(1) });

/** What the reject modal remembers of the button that opened it. */
export const RejectMetadata = z.strictObject({
  ...ForGate.shape,
  channel: z.string(),
  thread: z.string().optional(),
});

/** Every id that stands in a button or a modal and has a listener. */
export const ids = {
  approve: 'approve',
  reject: 'reject',
  rollback: 'rollback',
  acknowledge: 'acknowledge',
  deployOther: 'deploy-other',
  rejectModal: 'reject-modal',
} as const;
