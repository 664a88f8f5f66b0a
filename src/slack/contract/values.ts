// Decides the ids of buttons and forms, and the schemas of their values.
import { SlotChoice } from '../../deploy/record/events.ts';
import { z } from 'zod';

/** Schema of a button's value. Slack signs it, but a button in an old message may have an old version's value. */
export const ForDeployment = z.strictObject({ d: z.string().min(1).max(200) });
export const ForGate = z.strictObject({
  d: z.string().min(1).max(200),
  g: z.string().min(1).max(200),
});
/** `i`: the inspection's id. */
export const ForInspection = z.strictObject({ i: z.string().min(1).max(100) });

export const ForAlert = z.strictObject({ d: z.string().min(1).max(200), a: z.int().min(1) });

export const ForStage = z.strictObject({ ...ForDeployment.shape, s: z.string().min(1).max(100) });

/** A deployment to enqueue although one with the same slot and ref is running. */
export const ForRequest = z.strictObject({
  s: z.string().min(1).max(60),
  e: z.string().min(1).max(60),
  slot: SlotChoice,
  ref: z.string().max(255).optional(),
});

/** A service in an environment: a button of the Home tab or an option of the form. */
export const ForPlace = z.strictObject({
  s: z.string().min(1).max(60),
  e: z.string().min(1).max(60),
});

/** `l`: creation time of the lock that the Home tab showed; absent in buttons of older versions. */
export const ForLock = z.strictObject({ ...ForPlace.shape, l: z.int().optional() });

/** The decision modal keeps the values of the button that opened it. */
export const DecisionMetadata = z.strictObject({
  ...ForGate.shape,
  channel: z.string(),
  thread: z.string().optional(),
});

/** The rollback to request: of deployment `d`, or of an environment to release `r` (default: the previous one). */
export const RollbackMetadata = z.strictObject({
  ...ForPlace.shape,
  d: z.string().min(1).max(200).optional(),
  r: z.string().min(1).max(200).optional(),
  channel: z.string(),
  thread: z.string().optional(),
});

/** Ids of buttons and modals. Messages in Slack hold them, so a value must never change. */
export const ids = {
  approve: 'approve',
  reject: 'reject',
  approveWithNote: 'approve-with-note',
  breakGlass: 'break-glass',
  details: 'details',
  rollback: 'rollback',
  retry: 'retry',
  showLog: 'show-log',
  shareInspection: 'share-inspection',
  wholeLog: 'whole-log',
  acknowledge: 'acknowledge',
  snooze: 'snooze',
  deployOther: 'deploy-other',
  leaveQueue: 'leave-line',
  waitAnyway: 'wait-anyway',
  rejectModal: 'reject-modal',
  approveModal: 'approve-modal',
  glassModal: 'break-glass-modal',
  rollbackModal: 'rollback-modal',
  deployModal: 'deploy-modal',
  deployTarget: 'target',
  deployCommit: 'commit',
  deployAnywhere: 'deploy',
  deployAgain: 'deploy-again',
  homeDeploy: 'home-deploy',
  homeRollback: 'home-rollback',
  homeUnlock: 'home-unlock',
  unlock: 'unlock',
} as const;

/** Parses a button's value; undefined if it is not JSON. */
export function valueOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
