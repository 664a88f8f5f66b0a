#!/usr/bin/env node
// Runs the command line `argo-bot`: prints help, or runs one command and sets the exit code.
import { loadEnvFile } from 'node:process';
import { usage, usageOf } from './cli/commands.ts';
import { Exit } from './cli/command.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { isFailure } from './deploy/record/errors.ts';

async function main(words: readonly string[]): Promise<number> {
  const asked = parseArguments(words);
  if (asked.kind === 'run') return asked.command.run(asked.given);
  const about = asked.command ? usageOf(asked.command) : usage();
  if (asked.kind === 'help') {
    process.stdout.write(about);
    return Exit.fine;
  }
  process.stderr.write(`${asked.says}\n\n${about}`);
  return Exit.usage;
}

try {
  loadEnvFile();
} catch {
  // .env is optional. readEnvironment reports missing variables.
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isFailure(error)) throw error;
  process.stderr.write(`${error.message}\n${error.next}\n`);
  process.exitCode = Exit.found;
}
