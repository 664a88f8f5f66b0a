// Answers `/argo health`, `logs` and `diff`: requests an inspection, which changes nothing.
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const health: CommandListener<'health'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'read' });
  if (authorized.kind === 'refused') return authorized.reply;
  return requestDeployment(ports, interaction, authorized.target, { kind: 'health', slot: 'idle' });
};

export const logs: CommandListener<'logs'> = async (command, interaction, ports) => {
  // A log may be confidential even without secrets, so it needs the deploy role.
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'deploy' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { slot, lines } = command;
  return requestDeployment(ports, interaction, authorized.target, {
    kind: 'logs',
    slot,
    lines,
  });
};

export const diff: CommandListener<'diff'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'read' });
  if (authorized.kind === 'refused') return authorized.reply;
  return requestDeployment(ports, interaction, authorized.target, {
    kind: 'diff',
    slot: 'idle',
    ref: command.ref,
  });
};
