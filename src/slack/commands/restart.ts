// Answers `/argo restart`: requests a deployment that restarts the live release.
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const restart: CommandListener<'restart'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'deploy' });
  if (authorized.kind === 'refused') return authorized.reply;
  return requestDeployment(ports, interaction, authorized.target, { kind: 'restart' });
};
