import { aim } from '../aim.ts';
import { say } from '../views/answers.ts';
import { code, person, quoted, when } from '../views/text.ts';
import type { CommandListener } from './listener.ts';

export const unlock: CommandListener<'unlock'> = async (command, ask, ports) => {
  const aimed = await aim(ports, ask, command, { kind: 'unlock' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { service, environment } = aimed.target;
  const where = `${code(service, 60)} in ${code(environment, 60)}`;
  const lock = await ports.records.unlock({ service, environment });
  if (!lock) return say(`${where} is not locked.`);
  ports.log.info({ service, environment, by: ask.user }, 'unlocked');
  const reply = say(
    `🔓 ${where} is open again. It was locked by ${person(lock.by)} since ${when(lock.at, '{date_short_pretty} {time}')}: ${quoted(lock.reason, 500)}`,
  );
  return { ...reply, everyone: true };
};
