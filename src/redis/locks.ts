import { isSameLock, Lock, type Place, type Records } from '../deploy/records.ts';
import type { Redactor } from '../deploy/redact.ts';
import { cleanDeep } from '../deploy/redaction/clean-record.ts';
import { ask, type Asked as Redis, write, type Writing } from './ask.ts';
import { placeKey } from './keys.ts';
import { parsed } from './parsed.ts';
import { UNLOCK } from './scripts.ts';

interface Locking extends Writing {
  redis: Redis;
  redactor: Redactor;
}

/** What keeps people from deploying to a place: one key, which CREATE looks at in the same step. */
export function createLocks(
  options: Locking,
): Pick<Records, 'lock' | 'lockIfOpen' | 'unlock' | 'readLock'> {
  const { redis } = options;
  const readLock = async (place: Place): Promise<Lock | undefined> =>
    parsed(Lock, await ask(redis.get(placeKey('lock', place))));
  return {
    async lock(place, lock) {
      await setLock(options, place, lock);
    },
    async lockIfOpen(place, lock) {
      return (await setLock(options, place, lock, 'NX')) ? undefined : readLock(place);
    },
    async unlock(place, seen) {
      const name = placeKey('lock', place);
      if (!seen) return parsed(Lock, await write(options, redis.getdel(name)));
      const json = await ask(redis.get(name));
      const lock = parsed(Lock, json);
      if (json === null || !lock || !isSameLock(lock, seen)) return undefined;
      return (await write(options, redis.eval(UNLOCK, 1, name, json))) === 1 ? lock : undefined;
    },
    readLock,
  };
}

/** A lock with an end goes by itself, since Redis forgets it then. Whether it was set. */
async function setLock(
  options: Locking,
  place: Place,
  lock: Lock,
  ...onlyIf: ['NX'] | []
): Promise<boolean> {
  const { redis, redactor } = options;
  const end = lock.until === undefined ? [] : ['PXAT', String(lock.until)];
  const json = JSON.stringify(cleanDeep(redactor, lock));
  const setting = redis.call('SET', placeKey('lock', place), json, ...end, ...onlyIf);
  return (await write(options, setting)) === 'OK';
}
