import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const deploy: CommandListener<'deploy'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'deploy' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { slot, ref, dryRun } = command;
  return requestDeployment(ports, ask, aimed.target, { kind: 'deploy', slot, ref, dryRun });
};
