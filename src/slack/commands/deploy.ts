// Answers `/argo deploy`: requests a deployment or a dry run.
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const deploy: CommandListener<'deploy'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'deploy' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { slot, ref, dryRun } = command;
  return requestDeployment(ports, interaction, authorized.target, {
    kind: 'deploy',
    slot,
    ref,
    dryRun,
  });
};
