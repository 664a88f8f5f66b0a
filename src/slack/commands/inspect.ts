import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

/** Looks are dry runs: a thread with the answer, no claim, no change. */
const looking = { kind: 'deploy', slot: 'idle', dryRun: true } as const;

export const health: CommandListener<'health'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'look' });
  if (aimed.kind === 'refused') return aimed.reply;
  return requestDeployment(ports, ask, aimed.target, { ...looking, plan: 'health' });
};

export const logs: CommandListener<'logs'> = async (command, ask, ports) => {
  // What a service writes may be nobody else's business, even without secrets.
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'deploy' });
  if (aimed.kind === 'refused') return aimed.reply;
  const { slot, lines } = command;
  return requestDeployment(ports, ask, aimed.target, { ...looking, plan: 'logs', slot, lines });
};

export const diff: CommandListener<'diff'> = async (command, ask, ports) => {
  const aimed = await authorizeTarget(ports, ask, command, { kind: 'look' });
  if (aimed.kind === 'refused') return aimed.reply;
  return requestDeployment(ports, ask, aimed.target, {
    ...looking,
    plan: 'diff',
    ref: command.ref,
  });
};
