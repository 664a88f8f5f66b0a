// Lists the commands of the CLI with their options, and words their help.
import { type Option, type Command } from './command.ts';

/** Options that choose environments of argo.yml. */
const PLACE: Record<'service' | 'env', Option> = {
  service: { type: 'string', does: 'only this service of argo.yml' },
  env: { type: 'string', does: 'only this environment' },
};

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
      ...PLACE,
      json: { type: 'boolean', does: 'the findings as JSON, for other programs' },
    },
    run: async (given) => (await import('./doctor/doctor.ts')).doctor(given.options),
  },
  {
    name: 'host',
    does: "makes a host ready: the bot's key may then call nothing but argo-bot's own scripts there. Installs,\n                    updates and verifies them; needs root on the host once",
    words: { shown: 'setup', most: 1 },
    options: {
      ...PLACE,
      host: { type: 'string', does: 'only this host of argo.yml' },
      as: {
        type: 'string',
        does: 'log in as this user, with your own ssh; it is root or may sudo without a password',
      },
      from: { type: 'string', does: 'addresses that the key may come from, as in authorized_keys' },
      print: { type: 'boolean', does: 'print the script, to be read and run as root of the host' },
    },
    run: async (given) => (await import('./host-setup.ts')).hostSetup(given),
  },
  {
    name: 'repair',
    does: 'finds deployments whose record cannot be read; with an id, sets that one aside and locks its\n                    environment until somebody has looked',
    words: { shown: '[ID]', most: 1 },
    run: async (given) => (await import('./repair.ts')).repair(given),
  },
  {
    name: 'audit',
    does: 'export: every decision, with person, time, digest of what was shown and outcome; verify: whether somebody\n                    has changed the record of them',
    words: { shown: 'export|verify', most: 1 },
    options: {
      since: { type: 'string', does: 'export from this date, time or age on: 2026-11-01, 7d, 12h' },
      format: { type: 'string', does: 'jsonl, which is the default, or csv' },
      head: { type: 'string', does: 'verify also that the chain holds the entry with this hash' },
    },
    run: async (given) => (await import('./audit/audit.ts')).audit(given),
  },
  {
    name: 'check',
    does: "the bot's checks on the files of the checkout it is started in, and argo.yml, before you commit",
    options: {
      service: { type: 'string', does: 'only this service; the folder is taken for its checkout' },
      env: { type: 'string', does: 'only the config of this environment' },
      config: { type: 'string', does: 'the argo.yml to go by, else the one in the checkout' },
      staged: { type: 'boolean', does: 'what the next commit would have, instead of the folder' },
      list: { type: 'boolean', does: 'also what is left out of the release, and why' },
    },
    run: async (given) => (await import('./check/check.ts')).check(given),
  },
  {
    name: 'hook',
    does: "makes the check of what is staged this checkout's pre-commit hook, or takes it away",
    words: { shown: 'install|uninstall', most: 1 },
    options: {
      service: { type: 'string', does: 'the hook checks only this service' },
      config: { type: 'string', does: 'the argo.yml that the hook goes by' },
      force: { type: 'boolean', does: 'keeps a hook that is there already, and runs it first' },
    },
    run: async (given) => (await import('./hook.ts')).hook(given),
  },
];

/** The option that every command has. */
const HELP: Option = { type: 'boolean', does: 'this help' };

export function usage(): string {
  const lines = commands.map((command) => {
    const call = callOf(command);
    return call.length < 9
      ? `  argo-bot ${call.padEnd(9)}${command.does}`
      : `  argo-bot ${call}\n${' '.repeat(20)}${command.does}`;
  });
  return `argo-bot deploys systemd services blue/green over SSH, from Slack.

${lines.join('\n')}

  argo-bot help COMMAND, or argo-bot COMMAND --help, explains one command.

Settings come from the environment, .env and argo.yml; the README says which.
`;
}

export function usageOf(command: Command): string {
  const lines = Object.entries({ ...command.options, help: HELP }).map(
    ([flag, option]) => `  ${flagOf(flag, option).padEnd(20)}${option.does}`,
  );
  return `argo-bot ${callOf(command)}

${capitalised(command.does.replaceAll(/\s+/g, ' '))}.

${lines.join('\n')}
`;
}

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function callOf({ name, options, words }: Command): string {
  const flags = Object.entries(options ?? {}).map(([flag, option]) => `[${flagOf(flag, option)}]`);
  return [name, ...(words ? [words.shown] : []), ...flags].join(' ');
}

const flagOf = (flag: string, { type }: Option): string =>
  type === 'string' ? `--${flag} ${flag.toUpperCase()}` : `--${flag}`;
