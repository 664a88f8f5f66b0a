// Writes what a person does about a lock: whom to ask, and the command that removes it.
import { BOT } from '../../../deploy/record/events.ts';
import type { Lock } from '../../../deploy/history/records.ts';
import { type Named, withFlags } from './next-step.ts';
import { person } from './text.ts';

/** Returns what a person can do about a lock. */
export function unlockStep({ by, until }: Pick<Lock, 'by' | 'until'>, target?: Named): string {
  const wait = until === undefined ? '' : ', or wait until it ends';
  return `*Next:* ${askHolder(by)}, then ${withFlags('`/argo unlock`', target)}${wait}.`;
}

/** argo-bot locks after a rollback. Nobody can be asked about such a lock, so people check the cause. */
export function askHolder(by: string): string {
  return by === BOT
    ? 'check that the cause of the rollback is fixed'
    : `ask ${person(by)} whether the reason still holds`;
}
