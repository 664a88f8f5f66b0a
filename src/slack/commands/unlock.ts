// Decides whether a lock is removed, for `/argo unlock` and the Unlock button of the Home tab.
import { isLockSeen } from '../../deploy/acts/lock.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { noTarget, say } from '../views/answers/answers.ts';
import { environmentOf } from '../views/parts/state.ts';
import { lockChanged, unlocked } from '../views/answers/locks.ts';
import type { Command } from '../grammar/commands.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const unlock: CommandListener<'unlock'> = (command, interaction, ports) =>
  unlockPlace(command, interaction, ports);

/** `seenAt`: creation time of the lock that the person saw. If the lock is another one now, it is not removed. */
export async function unlockPlace(
  command: Pick<Command & { kind: 'unlock' }, 'service' | 'environment'>,
  interaction: Interaction,
  ports: SlackPorts,
  seenAt?: number,
): Promise<Reply> {
  const found = findTarget(ports.settings, command.service, command.environment);
  if (found.kind !== 'found') return noTarget(found);
  const { service, environment } = found.target;
  const place = { service, environment };
  const current = await ports.records.readLock(place);
  const lockedBy = current?.byCommand ? current.by : undefined;
  const authorized = await authorizeTarget(ports, interaction, place, {
    kind: 'unlock',
    ...(lockedBy === undefined ? {} : { lockedBy }),
  });
  if (authorized.kind === 'refused') return authorized.reply;
  if (current && !isLockSeen(current, seenAt)) return lockChanged(place, current);
  const lock = await ports.records.unlock(place, interaction.user, current);
  if (!lock) {
    const now = await ports.records.readLock(place);
    return now
      ? lockChanged(place, now)
      : say(`${environmentOf({ request: place })} is not locked.`);
  }
  ports.log.info({ service, environment, by: interaction.user }, 'environment unlocked');
  return unlocked(place, interaction.user, lock);
}
