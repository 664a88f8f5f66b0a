// Lists the commands of the CLI with their options, for the reference.
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

/** One entry for each command that does something: `## argo-bot audit export`. */
export function cliEntries(command: Command = createProgram(), path = 'argo-bot'): string[] {
  if (command.commands.length > 0)
    return command.commands.flatMap((one) => cliEntries(one, `${path} ${one.name()}`));
  const words = command.registeredArguments.map((one) => `[${one.name()}]`);
  const options = command.options.map(({ flags, description, defaultValue }) => {
    const value = typeof defaultValue === 'string' ? ` Default: \`${defaultValue}\`.` : '';
    return `- \`${flags}\`: ${description}.${value}`;
  });
  return [
    [
      `## ${path}`,
      `\`${[path, ...words].join(' ')}\``,
      `${command.description()}.`,
      options.join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
  ];
}
