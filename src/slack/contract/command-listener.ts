// Decides the arguments and the result of a command's listener.
import type { Interaction, Reply } from './interaction.ts';
import type { SlackPorts } from './ports.ts';
import type { Command, CommandName } from '../grammar/commands.ts';

/** Runs after the ack. Returns the answer for the person who typed the command; undefined if it opened a form. */
export type CommandListener<Name extends CommandName> = (
  command: Extract<Command, { kind: Name }>,
  interaction: Interaction,
  ports: SlackPorts,
) => Promise<Reply | undefined>;
