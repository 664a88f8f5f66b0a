import type { Interaction, Reply } from './interaction.ts';
import type { SlackPorts } from './ports.ts';
import type { Command, CommandName } from '../grammar/commands.ts';

/** What runs after a command has been acked; its answer goes to the asker alone. None: a form was opened. */
export type CommandListener<Name extends CommandName> = (
  command: Extract<Command, { kind: Name }>,
  interaction: Interaction,
  ports: SlackPorts,
) => Promise<Reply | undefined>;
