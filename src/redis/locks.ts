import { Lock, type Place, type Records } from '../deploy/records.ts';
import { cleanDeep, type Redactor } from '../deploy/redact.ts';
import { ask, type Asked as Redis, write, type Writing } from './ask.ts';
import { placeKey } from './keys.ts';
import { parsed } from './parsed.ts';

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
    unlock: async (place) =>
      parsed(Lock, await write(options, redis.getdel(placeKey('lock', place)))),
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
