// Runs the command line `argo-bot`, and sets the exit code.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadEnvFile } from 'node:process';
import { CommanderError } from 'commander';
import { ownUser } from './deploy/untrusted/own-user.ts';
import { Exit } from './cli/exit.ts';
import { createProgram } from './cli/program.ts';
import { isFailure } from './deploy/record/errors.ts';

const HELP = new Set(['help', '--help', '-h']);

/** Drops `--help` after an unknown command, because Commander would print help instead of an error. */
async function main(words: readonly string[]): Promise<void> {
  const program = createProgram();
  const name = words.find((word) => !HELP.has(word));
  const known = program.commands.some((command) => command.name() === name);
  if (name === undefined) program.outputHelp();
  else await program.parseAsync(known ? words : [name], { from: 'user' });
}

try {
  loadEnvFile();
} catch {
  // A missing .env is no error, but warn if this user may not read the file: Node reports both as ENOENT.
  const file = resolve('.env');
  if (existsSync(file)) {
    process.stderr.write(
      `${file} does not count: the user ${ownUser()} may not read it. Run argo-bot as its owner: ls -l ${file}\n`,
    );
  }
}
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode && Exit.usage;
  else if (isFailure(error)) {
    process.stderr.write(`${error.message}\n${error.next}\n`);
    process.exitCode = Exit.found;
  } else throw error;
}
