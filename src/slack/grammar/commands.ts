// Decides which commands there are: role, form, summary, flags and parser of each, in one table.
import type { Role } from '../../deploy/settings/settings.ts';
import { lockWords } from './lock-words.ts';
import {
  configAct,
  deployWords,
  historyLimit,
  logWords,
  noWords,
  nothingElse,
  oneRef,
  oneRelease,
} from './words.ts';

export const COMMAND = '/argo';

interface Row {
  /** Help shows the command to people with this role. */
  role: Role | 'everyone';
  /** The words after its name, as help and the reference show them. */
  usage?: string;
  summary: string;
  /** Whether it takes `--service` and `--env`. */
  place: boolean;
  /** Flags without a value, by the field of the command that they set to true. */
  flags?: Readonly<Record<string, string>>;
  /** It stops or undoes something, so its requests have a rate limit of their own. */
  urgent?: true;
  /** Returns the command's fields, or a sentence that says what is wrong. Absent: words are ignored. */
  read?: (words: readonly string[], name: string) => object | string;
}

const rows = {
  deploy: {
    role: 'deploy',
    usage: '[blue|green|idle] [ref]',
    summary: 'prepares a release in the idle slot, asks for approval, switches, watches',
    place: true,
    flags: { '--dry-run': 'dryRun' },
    read: deployWords,
  },
  status: {
    role: 'everyone',
    summary: 'what is live, what is running, who waits in line, whether it is locked',
    place: true,
    read: noWords,
  },
  history: {
    role: 'everyone',
    usage: '[n]',
    summary: 'the last deployments and how they ended',
    place: true,
    read: historyLimit,
  },
  rollback: {
    role: 'rollback',
    usage: '[release]',
    summary: 'back to the previous good release, or to the one named',
    place: true,
    urgent: true,
    read: oneRelease,
  },
  config: {
    role: 'deploy',
    usage: 'check|diff|push',
    summary:
      'check: tries the config of now. diff: what of it the hosts do not have. push: brings it to them, with the live commit',
    place: true,
    read: configAct,
  },
  health: {
    role: 'everyone',
    summary: 'asks every slot of every host how it is, now',
    place: true,
    read: noWords,
  },
  logs: {
    role: 'deploy',
    usage: '[blue|green] [lines]',
    summary: 'the last lines of the live slot, or of the one named, without secrets',
    place: true,
    read: logWords,
  },
  diff: {
    role: 'everyone',
    usage: '[ref]',
    summary: 'commits and files of the branch, or of a ref, that users do not have yet',
    place: true,
    read: oneRef,
  },
  retry: {
    role: 'deploy',
    summary: 'the last deployment that did not make it once more, with the same commit',
    place: true,
    read: noWords,
  },
  restart: {
    role: 'deploy',
    summary:
      'starts the live release again: in the idle slot, checked, approved, switched, watched',
    place: true,
    read: noWords,
  },
  cancel: {
    role: 'deploy',
    summary: 'takes your own out of the line; else stops the running deployment before its switch',
    place: true,
    urgent: true,
    read: noWords,
  },
  lock: {
    role: 'deploy',
    usage: '<reason> [for 2h]',
    summary: 'keeps everybody from deploying there, for that time or until it is unlocked',
    place: true,
    read: lockWords,
  },
  unlock: {
    role: 'unlock',
    summary: 'opens an environment that a rollback or a person has locked',
    place: true,
    urgent: true,
    read: noWords,
  },
  freeze: {
    role: 'deploy',
    usage: '<reason> [for 2h]',
    summary: 'locks everything that this channel operates',
    place: false,
    read: lockWords,
  },
  unfreeze: {
    role: 'unlock',
    summary: 'opens what a freeze has locked',
    place: false,
    read: nothingElse,
  },
  form: { role: 'deploy', summary: 'opens a form to deploy with', place: false },
  help: { role: 'everyone', summary: 'this', place: false },
} as const satisfies Record<string, Row>;

type Rows = typeof rows;
export type CommandName = keyof Rows;

interface Place {
  service?: string;
  environment?: string;
}

type Fields<R> = R extends { read: (...args: never[]) => infer Fields }
  ? Exclude<Fields, string>
  : unknown;
type FlagFields<R> = R extends { flags: Record<string, infer Field extends string> }
  ? Record<Field, boolean>
  : unknown;

/** A parsed command: its name as `kind`, and the fields that its row declares. */
export type Command = {
  [Name in CommandName]: { kind: Name } & Fields<Rows[Name]> &
    FlagFields<Rows[Name]> &
    (Rows[Name]['place'] extends true ? Place : unknown);
}[CommandName];

export const commands: Record<CommandName, Row> = rows;

export const isCommandName = (word: string): word is CommandName => Object.hasOwn(rows, word);

export const commandNames = Object.keys(rows).filter(isCommandName);

/** How to type it: `/argo logs [blue|green] [lines] [--service s] [--env e]`. */
export function usageOf(name: CommandName): string {
  // `/argo` alone opens the form.
  if (name === 'form') return COMMAND;
  const { place, flags = {} } = commands[name];
  const options = [...(place ? ['--service s', '--env e'] : []), ...Object.keys(flags)];
  return [COMMAND, words(name), ...options.map((option) => `[${option}]`)].join(' ');
}

/** What Slack shows behind `/argo` while a person types; manifest.yml has it. */
export function usageHint(): string {
  return commandNames
    .filter((name) => name !== 'form')
    .map(words)
    .join(' · ');
}

function words(name: CommandName): string {
  const { usage } = commands[name];
  return usage === undefined ? name : `${name} ${usage}`;
}
