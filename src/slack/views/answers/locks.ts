// Writes the answers about locks: set, already set, changed, removed, or blocking a deployment.
import type { Lock, Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { type Named, nextStep, withFlags } from '../parts/next-step.ts';
import { capped, dayAndTime, person, placeCode, quoted } from '../parts/text.ts';

/** Returns `, until 18:00`; an empty text for a lock without an end. */
function opensAt({ until }: Lock): string {
  return until === undefined ? '' : `, until ${dayAndTime(until)}`;
}

/** Returns `by @ada since 14:02, until 18:00`. */
export function holder(lock: Lock): string {
  return `by ${person(lock.by)} since ${dayAndTime(lock.at)}${opensAt(lock)}`;
}

/** Returns what a person does about a lock; a lock with an end can be waited for. */
export function unlockStep({ until }: Lock, target: Named): string {
  const wait = until === undefined ? '' : ', or wait until then';
  return nextStep(`review it, then \`/argo unlock\`${wait}.`, target);
}

/** Refuses a deployment because of a lock. */
export function locked(place: Place & Named, lock: Lock): Reply {
  return say(
    `🔒 Nothing was deployed: ${placeCode(place)} is locked ${holder(lock)}.\n*Reason:* ${quoted(lock.reason, 500)}\n${unlockStep(lock, place)}`,
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
  const text = `🔒 ${where}: ${lock.freeze ? 'frozen' : 'locked'} by ${person(lock.by)}${opensAt(lock)}. *Reason:* ${quoted(lock.reason, 500)}\nDry runs and rollbacks still work. ${end}${goesOn}`;
  return { ...say(text), everyone: true };
}

export function alreadyLocked(place: Place & Named, lock: Lock): Reply {
  return say(
    `${placeCode(place)} is locked already ${holder(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. ${nextStep('to give another reason, `/argo unlock` first.', place)}`,
  );
}

/** Refuses an unlock: the lock that the person saw has been replaced. */
export function lockChanged(place: Place & Named, lock: Lock): Reply {
  return say(
    `${placeCode(place)} has a newer lock ${holder(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. ${unlockStep(lock, place)}`,
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
