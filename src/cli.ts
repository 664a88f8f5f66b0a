#!/usr/bin/env node
import { loadEnvFile } from 'node:process';
import { parseArgs } from 'node:util';
import { commands, Exit, usage } from './cli/commands.ts';
import { isFailure } from './deploy/errors.ts';

async function main([name = 'help', ...rest]: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(usage());
    return Exit.fine;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) return complain(`There is no command "${name}".`);
  const { most = 0 } = command.words ?? {};
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options: command.options ?? {}, allowPositionals: most > 0 });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return complain(`argo-bot ${name}: ${error.message.split('.')[0]}.`);
  }
  const { positionals: words, values: options } = parsed;
  if (words.length > most) return complain(`argo-bot ${name} takes at most ${most} words.`);
  return command.run({ words, options });
}

function complain(what: string): number {
  process.stderr.write(`${what}\n\n${usage()}`);
  return Exit.usage;
}

try {
  loadEnvFile();
} catch {
  // .env is optional; what is missing is said by readEnvironment.
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isFailure(error)) throw error;
  process.stderr.write(`${error.message}\n${error.next}\n`);
  process.exitCode = Exit.found;
}
