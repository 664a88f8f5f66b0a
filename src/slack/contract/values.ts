import { z } from 'zod';

/** What our own buttons carry. Slack signs it, but an old message may hold an old shape. */
export const ForDeployment = z.strictObject({ d: z.string().min(1).max(200) });
export const ForGate = z.strictObject({
  d: z.string().min(1).max(200),
  g: z.string().min(1).max(200),
});
export const ForAlert = z.strictObject({ d: z.string().min(1).max(200), a: z.int().min(1) });

export const ForStage = z.strictObject({ ...ForDeployment.shape, s: z.string().min(1).max(100) });

/** A deployment that somebody still wants, though the same is under way. */
export const ForRequest = z.strictObject({
  s: z.string().min(1).max(60),
  e: z.string().min(1).max(60),
  slot: z.enum(['blue', 'green', 'idle']),
  ref: z.string().max(255).optional(),
});

/** A service in an environment, as a button of the Home tab or an option of the form names it. */
export const ForPlace = z.strictObject({
  s: z.string().min(1).max(60),
  e: z.string().min(1).max(60),
});

/** The lock that the Home tab showed, by the time it was made; buttons of older versions do not say. */
export const ForLock = z.strictObject({ ...ForPlace.shape, l: z.int().optional() });

/** What the modal of a decision remembers of the button that opened it. */
export const DecisionMetadata = z.strictObject({
  ...ForGate.shape,
  channel: z.string(),
  thread: z.string().optional(),
});

/** Every id that stands in a button or a modal and has a listener. */
export const ids = {
  approve: 'approve',
  reject: 'reject',
  approveWithNote: 'approve-with-note',
  breakGlass: 'break-glass',
  rollback: 'rollback',
  retry: 'retry',
  showLog: 'show-log',
  acknowledge: 'acknowledge',
  snooze: 'snooze',
  deployOther: 'deploy-other',
  leaveQueue: 'leave-line',
  waitAnyway: 'wait-anyway',
  rejectModal: 'reject-modal',
  approveModal: 'approve-modal',
  glassModal: 'break-glass-modal',
  deployModal: 'deploy-modal',
  deployTarget: 'target',
  deployCommit: 'commit',
  deployAnywhere: 'deploy',
  deployAgain: 'deploy-again',
  homeDeploy: 'home-deploy',
  homeRollback: 'home-rollback',
  homeUnlock: 'home-unlock',
} as const;

/** Our own JSON, unless it is not. */
export function valueOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
