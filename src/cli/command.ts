/** An option of a command: `type` as parseArgs of Node has it. */
export interface Option {
  type: 'string' | 'boolean';
  /** Its line in the help of the command. */
  does: string;
}

/** A command of the process. Its code is loaded only when it is asked for: a hook must not wait for Slack's. */
export interface Command {
  name: string;
  /** Its line in the usage text. */
  does: string;
  options?: Record<string, Option>;
  /** Words after the command that are no options; absent: none. */
  words?: { shown: string; most: number };
  run: (given: Given) => Promise<number>;
}

export interface Given {
  words: string[];
  options: Record<string, string | boolean | (string | boolean)[] | undefined>;
}

/** What a command returns: the code that the process exits with. */
export const Exit = { fine: 0, found: 1, usage: 2 } as const;
