// Answers `/argo lock`: locks one environment, unless it is locked already.
import { createLock } from '../../deploy/acts/lock.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { alreadyLocked, lockedNow } from '../views/answers/locks.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const lock: CommandListener<'lock'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'lock' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { service, environment } = authorized.target;
  const wanted = createLock(command, { by: interaction.user, now: Date.now() });
  const existing = await ports.records.lockIfOpen({ service, environment }, wanted);
  if (existing) return alreadyLocked({ service, environment }, existing);
  ports.log.info(
    { service, environment, by: interaction.user, until: wanted.until },
    'environment locked',
  );
  const running = await ports.records.claim({ service, environment });
  return lockedNow([{ service, environment }], wanted, running !== undefined);
};
