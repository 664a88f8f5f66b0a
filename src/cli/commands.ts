import type { ParseArgsOptionsConfig } from 'node:util';

/** A command of the process. Its code is loaded only when it is asked for: a hook must not wait for Slack's. */
interface Command {
  name: string;
  /** Its line in the usage text. */
  does: string;
  options?: ParseArgsOptionsConfig;
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

export const commands: readonly Command[] = [
  {
    name: 'start',
    does: 'the bot and a worker in one process',
    run: async () => (await import('./start.ts')).startParts(['worker', 'bot']),
  },
  {
    name: 'bot',
    does: 'only the part that talks to Slack',
    run: async () => (await import('./start.ts')).startParts(['bot']),
  },
  {
    name: 'worker',
    does: 'only the part that deploys; start as many as you like',
    run: async () => (await import('./start.ts')).startParts(['worker']),
  },
  {
    name: 'doctor',
    does: 'looks at Slack, Redis, the source and every host: what is wrong, and what the next deployment\n                    would do there; changes nothing anywhere',
    options: {
      service: { type: 'string' },
      env: { type: 'string' },
      json: { type: 'boolean' },
    },
    run: async (given) => (await import('./doctor.ts')).doctor(given.options),
  },
  {
    name: 'check',
    does: "the bot's checks on the files of the checkout it is started in, and argo.yml, before you commit",
    options: {
      service: { type: 'string' },
      env: { type: 'string' },
      config: { type: 'string' },
      staged: { type: 'boolean' },
      list: { type: 'boolean' },
    },
    run: async (given) => (await import('./check.ts')).check(given),
  },
  {
    name: 'hook',
    does: "makes the check of what is staged this checkout's pre-commit hook, or takes it away",
    words: { shown: 'install|uninstall', most: 1 },
    options: {
      service: { type: 'string' },
      config: { type: 'string' },
      force: { type: 'boolean' },
    },
    run: async (given) => (await import('./hook.ts')).hook(given),
  },
];

export function usage(): string {
  const lines = commands.map(({ name, options, words, does }) => {
    const flags = Object.entries(options ?? {}).map(
      ([flag, { type }]) => `[--${flag}${type === 'string' ? ` ${flag.toUpperCase()}` : ''}]`,
    );
    const call = [name, ...(words ? [words.shown] : []), ...flags].join(' ');
    return call.length < 9
      ? `  argo-bot ${call.padEnd(9)}${does}`
      : `  argo-bot ${call}\n${' '.repeat(20)}${does}`;
  });
  return `argo-bot deploys systemd services blue/green over SSH, from Slack.

${lines.join('\n')}

Settings come from the environment, .env and argo.yml; the README says which.
`;
}
