import type { Lock } from '../../deploy/records.ts';
import { aim } from '../aim.ts';
import type { Ask } from '../ask.ts';
import { alreadyLocked, lockedNow } from '../views/locks.ts';
import type { CommandListener } from './listener.ts';
import type { LockWords } from './lock-words.ts';

export const lock: CommandListener<'lock'> = async (command, ask, ports) => {
  const aimed = await aim(ports, ask, command, { kind: 'lock' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { service, environment } = aimed.target;
  const wanted = lockOf(command, ask);
  const before = await ports.records.lockIfOpen({ service, environment }, wanted);
  if (before) return alreadyLocked({ service, environment }, before);
  ports.log.info({ service, environment, by: ask.user, until: wanted.until }, 'locked');
  const running = await ports.records.claim({ service, environment });
  return lockedNow([{ service, environment }], wanted, running !== undefined);
};

export function lockOf({ reason, ms }: LockWords, { user }: Ask): Lock {
  const at = Date.now();
  return { reason, by: user, at, ...(ms === undefined ? {} : { until: at + ms }) };
}
