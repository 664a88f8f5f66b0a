// Answers `/argo history`: lists the last deployments of one service in one environment.
import { authorizeTarget } from '../requests/authorize.ts';
import { placeStatus } from '../requests/place-status.ts';
import { historyView } from '../views/answers/history.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const history: CommandListener<'history'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'read' });
  if (authorized.kind === 'refused') return authorized.reply;
  const status = await placeStatus(ports, authorized.target, command.limit);
  return historyView(status.place, status, command.limit);
};
