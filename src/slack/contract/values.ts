// Decides the ids of buttons and forms, and the schemas of their values.
import { SlotChoice } from '../../deploy/record/events.ts';
import { z } from 'zod';

const id = z.string().min(1).max(200);
const name = z.string().min(1).max(60);

/** Schema of a button's value. Slack signs it, but a button in an old message may have an old version's value. */
export const ForDeployment = z.strictObject({ d: id });
export const ForGate = z.strictObject({ d: id, g: id });
/** `i`: the inspection's id. */
export const ForInspection = z.strictObject({ i: z.string().min(1).max(100) });
export const ForAlert = z.strictObject({ d: id, a: z.int().min(1) });
export const ForStage = z.strictObject({ d: id, s: z.string().min(1).max(100) });

/** A service in an environment: a button of the Home tab or an option of the form. */
const ForPlace = z.strictObject({ s: name, e: name });

/** A deployment to enqueue although one with the same slot and ref is running. */
export const ForRequest = ForPlace.extend({
  slot: SlotChoice,
  ref: z.string().max(255).optional(),
});

/** `l`: creation time of the lock that the Home tab showed; absent in buttons of older versions. */
export const ForLock = ForPlace.extend({ l: z.int().optional() });

/** Where a form was opened: the answer goes there. */
const origin = { channel: z.string(), thread: z.string().optional() };

/** The decision modal keeps the values of the button that opened it. */
export const DecisionMetadata = ForGate.extend(origin);

/** The rollback to request: of deployment `d`, or of an environment to release `r` (default: the previous one). */
export const RollbackMetadata = ForPlace.extend({ ...origin, d: id.optional(), r: id.optional() });

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
