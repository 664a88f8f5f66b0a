// Describes a command of the CLI: its options, its words, its exit codes.

/** An option of a command. `type` is that of Node's parseArgs. */
export interface Option {
  type: 'string' | 'boolean';
  /** Its description in the command's help. */
  does: string;
}

/** `run` imports the command's code, so that a git hook does not load the Slack code. It returns the exit code. */
export interface Command {
  name: string;
  /** Its description in the usage text. */
  does: string;
  options?: Record<string, Option>;
  /** Words after the command that are not options; undefined for none. */
  words?: { shown: string; most: number };
  run: (given: CommandInput) => Promise<number>;
}

export interface CommandInput {
  words: string[];
  options: Record<string, string | boolean | (string | boolean)[] | undefined>;
}

/** Exit codes: success, findings or a failure, wrong usage. */
export const Exit = { fine: 0, found: 1, usage: 2 } as const;
