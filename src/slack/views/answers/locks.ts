// Decides what people are told about locks: set, refused, removed, or in the way of a deployment.
import type { Lock, Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { capped, code, person, quoted, when } from '../parts/text.ts';

const DAY_TIME = '{date_short_pretty} {time}';

const named = ({ service, environment }: Place): string =>
  `${code(service, 60)} in ${code(environment, 60)}`;

/** `, opens by itself at 18:00`; empty for a lock without an end. */
export function opensAt({ until }: Lock): string {
  return until === undefined ? '' : `, opens by itself ${when(until, DAY_TIME)}`;
}

/** Refuses a deployment. */
export function locked(lock: Lock): Reply {
  return say(
    `🔒 Locked by ${person(lock.by)} since ${when(lock.at, DAY_TIME)}${opensAt(lock)}: ${quoted(lock.reason, 500)}\nWhen you have looked, \`/argo unlock\` opens it.`,
  );
}

/** The whole channel sees it, because it stops everybody. */
export function lockedNow(places: readonly Place[], lock: Lock, running: boolean): Reply {
  const where = capped(places.map(named), 20, 1_500).join(', ');
  const goesOn = running ? ' A deployment that is running goes on.' : '';
  const open = lock.freeze ? '/argo unfreeze' : '/argo unlock';
  const end =
    lock.until === undefined
      ? `It has no end: only \`${open}\` opens it.`
      : `\`${open}\` opens it earlier.`;
  const text = `🔒 ${where}: locked by ${person(lock.by)}${opensAt(lock)}. ${quoted(lock.reason, 500)}\nDry runs and rollbacks stay possible. ${end}${goesOn}`;
  return { ...say(text), everyone: true };
}

export function alreadyLocked(place: Place, lock: Lock): Reply {
  return say(
    `${named(place)} is locked already by ${person(lock.by)} since ${when(lock.at, DAY_TIME)}${opensAt(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. To give another reason, \`/argo unlock\` first.`,
  );
}

/** Refuses an unlock: the lock that the person saw has been replaced. */
export function lockChanged(place: Place, lock: Lock): Reply {
  return say(
    `${named(place)} has another lock since you looked, by ${person(lock.by)} since ${when(lock.at, DAY_TIME)}${opensAt(lock)}: ${quoted(lock.reason, 500)}\nNothing was changed. When you have looked, \`/argo unlock\` opens it.`,
  );
}

export function unfrozen(places: readonly Place[], by: string): Reply {
  const where = capped(places.map(named), 20, 1_500).join(', ');
  return { ...say(`🔓 ${where}: the freeze was ended by ${person(by)}.`), everyone: true };
}
