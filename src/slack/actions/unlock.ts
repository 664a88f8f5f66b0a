// Answers the Unlock button in a rollback's thread: removes the lock that the rollback set.
import { unlockPlace } from '../commands/unlock.ts';
import { ForLock, ids } from '../contract/values.ts';
import { buttonListener } from './listener.ts';

export const unlock = buttonListener({
  id: ids.unlock,
  value: ForLock,
  run({ s: service, e: environment, l: lockedAt }, interaction, ports) {
    return unlockPlace({ service, environment }, interaction, ports, lockedAt);
  },
});
