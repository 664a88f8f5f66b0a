import { authorizeTarget } from '../requests/authorize.ts';
import { historyView } from '../views/answers/history.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const history: CommandListener<'history'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'look' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { service, environment } = aimed.target;
  const entries = await ports.records.history({ service, environment }, command.limit);
  return historyView({ service, environment }, entries);
};
