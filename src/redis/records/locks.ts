// Reads, sets and removes the lock of an environment. Each change adds a decision to the audit.
import { lockDecision, unlockDecision } from '../../deploy/audit/decisions.ts';
import { isSameLock, Lock, type Place, type Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { cleanDeep } from '../../deploy/secrets/clean-record.ts';
import { query, runScript, type Writing } from '../connection/queries.ts';
import { auditLines } from './audit.ts';
import { key, placeKey } from './keys.ts';
import { parseStored } from './stored.ts';
import { LOCK, UNLOCK } from './scripts.ts';

type Locking = Writing & { redactor: Redactor };

/** Creates the functions that read and change a lock. A new deployment uses none of them: CREATE checks the lock. */
export function createLocks(
  options: Locking,
): Pick<Records, 'lock' | 'lockIfOpen' | 'unlock' | 'readLock'> {
  const { redis } = options;
  const readLock = async (place: Place): Promise<Lock | undefined> =>
    parseStored(Lock, await query(redis.get(placeKey('lock', place))));
  return {
    lock: async (place, lock) => void (await setLock(options, place, lock, '0')),
    lockIfOpen: async (place, lock) =>
      (await setLock(options, place, lock, '1')) ? undefined : readLock(place),
    unlock: (place, by, seen) => unlock(options, place, by, seen),
    readLock,
  };
}

async function unlock(
  options: Locking,
  place: Place,
  by: string,
  seen: Lock | undefined,
): Promise<Lock | undefined> {
  const { redis } = options;
  const name = placeKey('lock', place);
  for (;;) {
    const json = await query(redis.get(name));
    const lock = parseStored(Lock, json);
    if (json === null || !lock || (seen && !isSameLock(lock, seen))) return undefined;
    const given = [json, ...auditLines([unlockDecision(place, lock, by)])];
    const unlocked = await runScript(options, UNLOCK, [name, key('audit-pending')], given);
    if (unlocked === 1) return lock;
    if (seen) return undefined;
  }
}

/** Returns true if the lock was set; with `onlyIfOpen`, false if there is one. Redis deletes a lock at its end time. */
async function setLock(
  options: Locking,
  place: Place,
  given: Lock,
  onlyIfOpen: '0' | '1',
): Promise<boolean> {
  const lock = cleanDeep(options.redactor, given);
  const keys = [placeKey('lock', place), key('audit-pending')];
  const set = await runScript(options, LOCK, keys, [
    JSON.stringify(lock),
    ...auditLines([lockDecision(place, lock)]),
    onlyIfOpen,
    String(lock.until ?? ''),
  ]);
  return set === 1;
}
