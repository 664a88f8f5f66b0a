import { createLock } from '../../deploy/acts/lock.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { alreadyLocked, lockedNow } from '../views/answers/locks.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const lock: CommandListener<'lock'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'lock' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { service, environment } = aimed.target;
  const wanted = createLock(command, { by: ask.user, now: Date.now() });
  const before = await ports.records.lockIfOpen({ service, environment }, wanted);
  if (before) return alreadyLocked({ service, environment }, before);
  ports.log.info({ service, environment, by: ask.user, until: wanted.until }, 'locked');
  const running = await ports.records.claim({ service, environment });
  return lockedNow([{ service, environment }], wanted, running !== undefined);
};
