// Decides the exit codes of the CLI: success, findings or a failure, wrong usage.
export const Exit = { fine: 0, found: 1, usage: 2 } as const;

/** Prints why a command cannot run as it was typed. Returns the exit code for wrong usage. */
export function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return Exit.usage;
}
