// Answers `/argo health`, `logs` and `diff`: requests an inspection, which changes nothing.
import { describeInspection, type WantedInspection } from '../../deploy/inspections/inspection.ts';
import type { CommandListener } from '../contract/command-listener.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { requestInspection } from '../inspections/request-inspection.ts';
import { authorizeTarget } from '../requests/authorize.ts';

export const health: CommandListener<'health'> = (command, interaction, ports) =>
  inspect(ports, interaction, command, { kind: 'health' });

export const logs: CommandListener<'logs'> = (command, interaction, ports) => {
  const { slot, lines } = command;
  return inspect(ports, interaction, command, { kind: 'logs', slot, lines });
};

export const diff: CommandListener<'diff'> = (command, interaction, ports) =>
  inspect(ports, interaction, command, { kind: 'diff', ref: command.ref });

async function inspect(
  ports: SlackPorts,
  interaction: Interaction,
  names: Parameters<typeof authorizeTarget>[2],
  wanted: WantedInspection,
): Promise<Reply | undefined> {
  const { action } = describeInspection(wanted);
  const authorized = await authorizeTarget(ports, interaction, names, action);
  if (authorized.kind === 'refused') return authorized.reply;
  return requestInspection(ports, interaction, authorized.target, wanted);
}
