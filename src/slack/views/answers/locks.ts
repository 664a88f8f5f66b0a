// Writes the answers about locks: set, already set, changed, removed, or blocking a deployment.
import type { Lock, Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { capped, dayAndTime, person, placeCode, quoted } from '../parts/text.ts';

/** Returns `, until 18:00`; an empty text for a lock without an end. */
function opensAt({ until }: Lock): string {
  return until === undefined ? '' : `, until ${dayAndTime(until)}`;
}

/** Returns `by @ada since 14:02, until 18:00`. */
export function holder(lock: Lock): string {
  return `by ${person(lock.by)} since ${dayAndTime(lock.at)}${opensAt(lock)}`;
}

/** Refuses a deployment because of a lock. */
export function locked(place: Place, lock: Lock): Reply {
  return say(
    `🔒 Nothing was deployed: ${placeCode(place)} is locked ${holder(lock)}.\n*Reason:* ${quoted(lock.reason, 500)}\n*Next:* review it, then \`/argo unlock\`.`,
  );
}

/** Announces a new lock to the whole channel, because it stops everybody's deployments. */
export function lockedNow(places: readonly Place[], lock: Lock, running: boolean): Reply {
  const where = capped(places.map(placeCode), 20, 1_500).join(', ');
  const goesOn = running ? ' The running deployment continues.' : '';
  const open = lock.freeze ? '/argo unfreeze' : '/argo unlock';
  const end =
    lock.until === undefined
      ? `It has no end: \`${open}\` removes it.`
      : `\`${open}\` removes it earlier.`;
  const text = `🔒 ${where}: locked by ${person(lock.by)}${opensAt(lock)}. *Reason:* ${quoted(lock.reason, 500)}\nDry runs and rollbacks still work. ${end}${goesOn}`;
  return { ...say(text), everyone: true };
}

export function alreadyLocked(place: Place, lock: Lock): Reply {
  return say(
    `${placeCode(place)} is locked already ${holder(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. *Next:* to give another reason, \`/argo unlock\` first.`,
  );
}

/** Refuses an unlock: the lock that the person saw has been replaced. */
export function lockChanged(place: Place, lock: Lock): Reply {
  return say(
    `${placeCode(place)} has a newer lock ${holder(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. *Next:* review it, then \`/argo unlock\`.`,
  );
}

export function unfrozen(places: readonly Place[], by: string): Reply {
  const where = capped(places.map(placeCode), 20, 1_500).join(', ');
  return { ...say(`🔓 ${where}: unfrozen by ${person(by)}.`), everyone: true };
}

export function unlocked(place: Place, by: string, lock: Lock): Reply {
  const text = `🔓 ${placeCode(place)}: unlocked by ${person(by)}. ${person(lock.by)} had locked it ${dayAndTime(lock.at)}: ${quoted(lock.reason, 500)}`;
  return { ...say(text), everyone: true };
}
