// Decides the ids of buttons and forms, and the schemas of their values.
import { SlotChoice } from '../../deploy/record/events.ts';
import { z } from 'zod';

const id = z.string().min(1).max(200);
const name = z.string().min(1).max(60);

/** Schemas of buttons' values: an old message may have the value of an older argo-bot. `d`: the deployment's id. */
export const ForDeployment = z.strictObject({ d: id });
/** `g`: digest of all that the approval card showed. */
export const ForGate = z.strictObject({ d: id, g: id });
/** `i`: the inspection's id. */
export const ForInspection = z.strictObject({ i: z.string().min(1).max(100) });
/** `a`: number of the alert among the deployment's alerts, from 1. */
export const ForAlert = z.strictObject({ d: id, a: z.int().min(1) });
/** `s`: name of the stage. */
export const ForStage = z.strictObject({ d: id, s: z.string().min(1).max(100) });

/** `s`: service; `e`: environment. */
const ForPlace = z.strictObject({ s: name, e: name });

/** The button “Deploy after it”, which queues a deployment although an equal one is running. */
export const ForRequest = ForPlace.extend({
  slot: SlotChoice,
  ref: z.string().max(255).optional(),
});

/** `l`: creation time of the lock that the button removes; absent in buttons of older versions. */
export const ForLock = ForPlace.extend({ l: z.int().optional() });

/** Where a form was opened: the answer to the submitted form goes there. */
const origin = { channel: z.string(), thread: z.string().optional() };

export const DecisionMetadata = ForGate.extend(origin);

/** `d`: the deployment to roll back; without it, the environment returns to release `r`, or to the previous one. */
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

/** Parses the value of a button or form; undefined if it is not JSON. */
export function valueOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
