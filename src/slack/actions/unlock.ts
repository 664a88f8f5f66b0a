// Removes the lock that a rollback set, from the thread of the rollback.
import { unlockPlace } from '../commands/unlock.ts';
import { ForLock, ids } from '../contract/values.ts';
import { listens } from './listener.ts';

export const unlock = listens({
  id: ids.unlock,
  value: ForLock,
  run({ s: service, e: environment, l: lockedAt }, interaction, ports) {
    return unlockPlace({ service, environment }, interaction, ports, lockedAt);
  },
});
