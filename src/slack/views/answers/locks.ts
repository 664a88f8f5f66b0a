// Writes the answers about locks: set, already set, changed, removed, or blocking a deployment.
import type { Lock, Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { askHolder, type Named, unlockStep, withFlags } from '../parts/next-step.ts';
import { mentions } from '../parts/people.ts';
import { capped, dayAndTime, person, placeCode, quoted } from '../parts/text.ts';

/** Returns `, until 18:00`; an empty text for a lock without an end. */
function opensAt({ until }: Lock): string {
  return until === undefined ? '' : `, until ${dayAndTime(until)}`;
}

/** Returns `by @ada since 14:02, until 18:00`. */
export function holder(lock: Lock): string {
  return `by ${person(lock.by)} since ${dayAndTime(lock.at)}${opensAt(lock)}`;
}

/** Refuses a deployment because of a lock. `who`: the people who may unlock. */
export function locked(
  place: Place & Named,
  lock: Lock,
  { who = [], reader }: { who?: readonly string[]; reader?: string } = {},
): Reply {
  const mayUnlock = lock.byCommand === true && lock.by === reader;
  const ask = who.length > 0 && !mayUnlock ? ` ${mentions(who, 5)} can unlock it.` : '';
  return say(
    `🔒 Nothing was deployed, and users keep the live release. ${placeCode(place)} is locked ${holder(lock)}.\n*Reason:* ${quoted(lock.reason, 500)}\n${unlockStep(lock, place, reader)}${ask}`,
  );
}

/** Announces a new lock to the whole channel, because it stops everybody's deployments. */
export function lockedNow(places: readonly (Place & Named)[], lock: Lock, running: boolean): Reply {
  const where = capped(places.map(placeCode), 20, 1_500).join(', ');
  const goesOn = running ? ' The running deployment continues.' : '';
  const open = withFlags(lock.freeze ? '`/argo unfreeze`' : '`/argo unlock`', places[0]);
  const end =
    lock.until === undefined
      ? `It has no end time: ${open} removes it.`
      : `${open} removes it earlier.`;
  const is = places.length > 1 ? 'are' : 'is';
  const text = `🔒 ${where} ${is} ${lock.freeze ? 'frozen' : 'locked'} by ${person(lock.by)}${opensAt(lock)}. *Reason:* ${quoted(lock.reason, 500)}\nDeployments are refused; rollbacks and dry runs still work. Users are not affected. ${end}${goesOn}`;
  return { ...say(text), everyone: true };
}

export function alreadyLocked(place: Place & Named, lock: Lock, reader?: string): Reply {
  return say(
    `${placeCode(place)} is already locked ${holder(lock)}. Nothing was changed.\n*Reason:* ${quoted(lock.reason, 500)}\n*Next:* ${replaceStep(lock, reader)} ${withFlags('`/argo unlock`', place)}.`,
  );
}

function replaceStep({ by }: Lock, reader: string | undefined): string {
  return by === reader
    ? 'to replace your lock, first'
    : `${askHolder(by)}. To replace the lock, first`;
}

/** Refuses an unlock, because a newer lock has replaced the one that the person saw. */
export function lockChanged(place: Place & Named, lock: Lock, reader?: string): Reply {
  return say(
    `${placeCode(place)} has a newer lock ${holder(lock)}. Nothing was changed.\n*Reason:* ${quoted(lock.reason, 500)}\n${unlockStep(lock, place, reader)}`,
  );
}

export function unfrozen(places: readonly Place[], by: string): Reply {
  const where = capped(places.map(placeCode), 20, 1_500).join(', ');
  const were = places.length > 1 ? 'were' : 'was';
  const text = `🔓 ${where} ${were} unfrozen by ${person(by)}. Deployments work again.`;
  return { ...say(text), everyone: true };
}

export function unlocked(place: Place, by: string, lock: Lock): Reply {
  const text = `🔓 ${placeCode(place)} was unlocked by ${person(by)}. Deployments work again. ${person(lock.by)} had locked it ${dayAndTime(lock.at)}. *Reason:* ${quoted(lock.reason, 500)}`;
  return { ...say(text), everyone: true };
}
