import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

/** The live release once more: a deployment like any other, but for what it brings. */
export const restart: CommandListener<'restart'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'deploy' });
  if (aimed.kind === 'refused') return aimed.reply;
  const wanted = { kind: 'deploy', slot: 'idle', dryRun: false, plan: 'restart' } as const;
  return requestDeployment(ports, ask, aimed.target, wanted);
};
