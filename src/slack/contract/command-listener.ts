// Decides what a listener of a command is given, and what it returns.
import type { Interaction, Reply } from './interaction.ts';
import type { SlackPorts } from './ports.ts';
import type { Command, CommandName } from '../grammar/commands.ts';

/** Runs after the ack. Returns the answer for the person who asked; undefined when it opened a form. */
export type CommandListener<Name extends CommandName> = (
  command: Extract<Command, { kind: Name }>,
  interaction: Interaction,
  ports: SlackPorts,
) => Promise<Reply | undefined>;
