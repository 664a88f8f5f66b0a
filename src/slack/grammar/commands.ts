// Decides which commands exist: one table with the role, usage, summary, flags and parser of each.
import type { Place } from '../../deploy/history/records.ts';
import type { Role } from '../../deploy/settings/settings.ts';
import { lockWords } from './lock-words.ts';
import {
  anyWords,
  configAct,
  deployWords,
  historyLimit,
  logWords,
  nothingElse,
  oneRef,
  rollbackWords,
} from './words.ts';

export const COMMAND = '/argo';

interface Row {
  /** `/argo help` lists the command for people with this role. */
  role: Role | 'everyone';
  /** The arguments after the command's name, as `/argo help` and docs/reference show them. */
  usage?: string;
  summary: string;
  /** A complete command without `/argo`, for answers to wrong commands. Default: the name. */
  example?: string;
  /** The command does not take `--service` and `--env`. */
  place?: false;
  /** Flags without a value. Each sets the named field of the parsed command to true. */
  flags?: Readonly<Record<string, string>>;
  /** True for commands that stop or undo something: they have a rate limit of their own. */
  urgent?: true;
  /** Returns the command's fields, or a string that says what is wrong. Default: refuses all arguments. */
  read?: (words: readonly string[], name: string) => object | string;
}

const rows = {
  deploy: {
    role: 'deploy',
    usage: '[blue|green|idle] [ref]',
    summary: 'deploy a commit: prepare it in the idle slot, ask for approval, switch, watch',
    example: 'deploy main',
    flags: { '--dry-run': 'dryRun' },
    read: deployWords,
  },
  status: {
    role: 'everyone',
    summary: 'show what is live, running, queued and locked',
  },
  history: {
    role: 'everyone',
    usage: '[n]',
    example: 'history 20',
    summary: 'show the last deployments and how they ended',
    read: historyLimit,
  },
  rollback: {
    role: 'rollback',
    usage: '[release] [reason]',
    summary: 'return to the previous good release, or to the one named',
    urgent: true,
    read: rollbackWords,
  },
  config: {
    role: 'deploy',
    usage: 'check|diff|push',
    summary:
      'check: validate the config. diff: compare it with the hosts. push: redeploy the live commit with it',
    example: 'config check',
    read: configAct,
  },
  health: {
    role: 'everyone',
    summary: 'check the health of every slot on every host now',
  },
  logs: {
    role: 'deploy',
    usage: '[blue|green] [lines]',
    example: 'logs 100',
    summary: 'show the last log lines of the live slot, or of the one named, without secrets',
    read: logWords,
  },
  diff: {
    role: 'everyone',
    usage: '[ref]',
    summary: 'show commits and files of the branch, or of a ref, that are not live yet',
    read: oneRef,
  },
  retry: {
    role: 'deploy',
    summary: 'retry the last failed deployment with the same commit',
  },
  restart: {
    role: 'deploy',
    summary: 'restart the live release: in the idle slot, checked, approved, switched, watched',
  },
  cancel: {
    role: 'deploy',
    summary: 'remove your deployment from the queue; else stop the running one before its switch',
    urgent: true,
  },
  lock: {
    role: 'deploy',
    usage: '<reason> [for 2h]',
    summary: 'stop all deployments there, for that time or until it is unlocked',
    example: 'lock maintenance for 2h',
    read: lockWords,
  },
  unlock: {
    role: 'unlock',
    summary: 'allow deployments again after a rollback or a lock',
    urgent: true,
  },
  freeze: {
    role: 'deploy',
    usage: '<reason> [for 2h]',
    summary: 'lock everything that this channel operates',
    example: 'freeze maintenance for 2h',
    place: false,
    read: lockWords,
  },
  unfreeze: {
    role: 'unlock',
    summary: 'remove the locks of a freeze',
    place: false,
    read: nothingElse,
  },
  form: { role: 'deploy', summary: 'open the deploy form', place: false, read: anyWords },
  help: { role: 'everyone', summary: 'show this list', place: false, read: anyWords },
} as const satisfies Record<string, Row>;

type Rows = typeof rows;
export type CommandName = keyof Rows;

type Fields<R> = R extends { read: (...args: never[]) => infer Fields }
  ? Exclude<Fields, string>
  : unknown;
type FlagFields<R> = R extends { flags: Record<string, infer Field extends string> }
  ? Record<Field, boolean>
  : unknown;

/** A parsed command: its name as `kind`, the fields that its `read` returns, a field for each flag, and the place. */
export type Command = {
  [Name in CommandName]: { kind: Name } & Fields<Rows[Name]> &
    FlagFields<Rows[Name]> &
    (Rows[Name] extends { place: false } ? unknown : Partial<Place>);
}[CommandName];

export const commands: Record<CommandName, Row> = rows;

export const isCommandName = (word: string): word is CommandName => Object.hasOwn(rows, word);

export const commandNames = Object.keys(rows).filter(isCommandName);

/** Returns how to type a command: `/argo logs [blue|green] [lines] [--service s] [--env e]`. */
export function usageOf(name: CommandName): string {
  // `/argo` alone opens the form, so its usage shows no name.
  if (name === 'form') return COMMAND;
  const { place = true, flags = {} } = commands[name];
  const options = [...(place ? ['--service s', '--env e'] : []), ...Object.keys(flags)];
  return [COMMAND, words(name), ...options.map((option) => `[${option}]`)].join(' ');
}

/** Returns a command to paste, such as `/argo deploy main`. `full`: with arguments, even if it works without. */
export function exampleOf(name: CommandName, full: boolean): string {
  if (name === 'form') return COMMAND;
  const { example = name, read } = commands[name];
  const bare = read === undefined || typeof read([], name) !== 'string';
  return `${COMMAND} ${full || !bare ? example : name}`;
}

/** Returns the hint that Slack shows after `/argo` while a person types. manifest.yml contains it. */
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
