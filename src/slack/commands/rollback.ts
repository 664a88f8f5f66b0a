// Decides what `/argo rollback` does: roll back with the typed reason, or open the form that asks for one.
import { authorizeTarget } from '../requests/authorize.ts';
import { askForReason, rollBack } from '../requests/roll-back.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const rollback: CommandListener<'rollback'> = async (command, interaction, ports) => {
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'rollback' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { service: s, environment: e } = authorized.target;
  const { release: r, reason } = command;
  const wanted = { s, e, ...(r === undefined ? {} : { r }) };
  return reason === undefined
    ? askForReason(ports, interaction, wanted)
    : rollBack(ports, interaction, wanted, reason);
};
