// Decides whether a lock is removed, for `/argo unlock` and the Unlock button of the Home tab.
import { isLockSeen } from '../../deploy/acts/lock.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { code, person, quoted, when } from '../views/parts/text.ts';
import { lockChanged } from '../views/answers/locks.ts';
import type { Command } from '../grammar/commands.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const unlock: CommandListener<'unlock'> = (command, interaction, ports) =>
  unlockPlace(command, interaction, ports);

/** `seenAt`: creation time of the lock that the person saw. A different lock is shown and not removed. */
export async function unlockPlace(
  command: Pick<Command & { kind: 'unlock' }, 'service' | 'environment'>,
  interaction: Interaction,
  ports: SlackPorts,
  seenAt?: number,
): Promise<Reply> {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'unlock' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { service, environment } = authorized.target;
  const where = `${code(service, 60)} in ${code(environment, 60)}`;
  const place = { service, environment };
  const there = seenAt === undefined ? undefined : await ports.records.readLock(place);
  if (there && !isLockSeen(there, seenAt)) return lockChanged(place, there);
  const lock = await ports.records.unlock(place, interaction.user, there);
  if (!lock) {
    const now = await ports.records.readLock(place);
    return now ? lockChanged(place, now) : say(`${where} is not locked.`);
  }
  ports.log.info({ service, environment, by: interaction.user }, 'unlocked');
  const reply = say(
    `🔓 ${where} is open again. It was locked by ${person(lock.by)} since ${when(lock.at, '{date_short_pretty} {time}')}: ${quoted(lock.reason, 500)}`,
  );
  return { ...reply, everyone: true };
}
