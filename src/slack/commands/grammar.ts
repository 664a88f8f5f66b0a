import type { DeployRequest } from '../../deploy/events.ts';
import { forms } from './forms.ts';
import { lockWords } from './lock-words.ts';
import { nearest } from './spelling.ts';
import { shown, tokensOf, type Token } from './tokens.ts';
import {
  type ConfigAct,
  configAct,
  historyLength,
  placeRef,
  placeRelease,
  wordsOf,
} from './words.ts';

interface Where {
  service?: string;
  environment?: string;
}

export type Command =
  | ({ kind: 'deploy'; slot: DeployRequest['slot']; ref?: string; dryRun: boolean } & Where)
  | ({ kind: 'status' } & Where)
  | ({ kind: 'history'; limit: number } & Where)
  | ({ kind: 'rollback'; release?: string } & Where)
  | ({ kind: 'config'; act: ConfigAct } & Where)
  | ({ kind: 'cancel' } & Where)
  | ({ kind: 'lock'; reason: string; ms?: number } & Where)
  | ({ kind: 'unlock' } & Where)
  | { kind: 'freeze'; reason: string; ms?: number }
  | { kind: 'unfreeze' }
  | { kind: 'help' };

export type CommandName = Command['kind'];
export type Parsed = Command | Wrong;
export interface Wrong {
  kind: 'wrong';
  /** One or two sentences: what is wrong, and what was probably meant. */
  reason: string;
  /** The right form. */
  form: string;
}

/** What the words and flags of one command have been read to so far. */
interface Reading {
  service?: string;
  environment?: string;
  dryRun: boolean;
  words: string[];
}

const commands = [
  'deploy',
  'status',
  'history',
  'rollback',
  'config',
  'cancel',
  'lock',
  'unlock',
  'freeze',
  'unfreeze',
  'help',
] as const;
const VALUE_FLAGS: Record<string, 'service' | 'environment'> = {
  '--service': 'service',
  '--env': 'environment',
  '--environment': 'environment',
};

/** Text after `/argo` → what was asked. Never throws, whatever was pasted. */
export function parse(text: string): Parsed {
  const read = tokensOf(text);
  if (read.kind === 'wrong') return { ...read, form: forms.help.usage };
  const [first, ...rest] = read.tokens;
  if (!first) return { kind: 'help' };
  const name = commands.find((command) => command === first.text.toLowerCase());
  if (!name) return unknownCommand(first.text);
  if (name === 'help') return { kind: 'help' };
  const reading = readRest(name, rest);
  if (typeof reading === 'string')
    return { kind: 'wrong', reason: reading, form: forms[name].usage };
  const command = build(name, reading);
  return typeof command === 'string'
    ? { kind: 'wrong', reason: command, form: forms[name].usage }
    : command;
}

function unknownCommand(word: string): Wrong {
  const meant = nearest(word, commands);
  const hint = meant ? ` Did you mean \`${meant}\`?` : ` Commands: ${commands.join(', ')}.`;
  return {
    kind: 'wrong',
    reason: `There is no command \`${shown(word)}\`.${hint}`,
    form: meant ? forms[meant].usage : forms.help.usage,
  };
}

/** A string is what is wrong. */
function readRest(name: CommandName, tokens: readonly Token[]): Reading | string {
  const reading: Reading = { dryRun: false, words: [] };
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) break;
    if (token.quoted || !token.text.startsWith('-')) {
      reading.words.push(token.text);
      continue;
    }
    const [flag = '', ...values] = token.text.split('=');
    const key = VALUE_FLAGS[flag.toLowerCase()];
    if (key) {
      const value = values.length > 0 ? values.join('=') : tokens[(at += 1)]?.text;
      const problem = setValue(reading, key, flag, value);
      if (problem) return problem;
    } else if (flag.toLowerCase() === '--dry-run' && name === 'deploy') {
      if (values.length > 0) return '`--dry-run` takes no value.';
      reading.dryRun = true;
    } else return unknownFlag(name, flag);
  }
  return reading;
}

function setValue(
  reading: Reading,
  key: 'service' | 'environment',
  flag: string,
  value: string | undefined,
): string | undefined {
  if (value === undefined || value === '' || value.startsWith('-')) {
    return `\`${flag.toLowerCase()}\` needs a name after it.`;
  }
  const before = reading[key];
  if (before !== undefined && before !== value) {
    return `The ${key} is given twice, \`${shown(before)}\` and \`${shown(value)}\`.`;
  }
  reading[key] = value;
  return undefined;
}

function unknownFlag(name: CommandName, flag: string): string {
  const known = ['--service', '--env', ...(name === 'deploy' ? ['--dry-run'] : [])];
  const meant = nearest(flag.replace(/^-+/, '--'), known);
  const hint = meant ? ` Did you mean \`${meant}\`?` : '';
  return `\`/argo ${name}\` has no flag \`${shown(flag)}\`.${hint}`;
}

/** A string is what is wrong. */
function build(name: Exclude<CommandName, 'help'>, reading: Reading): Command | string {
  const where = {
    ...(reading.service === undefined ? {} : { service: reading.service }),
    ...(reading.environment === undefined ? {} : { environment: reading.environment }),
  };
  switch (name) {
    case 'deploy': {
      const words = wordsOf(reading.words);
      if (typeof words === 'string') return words;
      return {
        kind: name,
        slot: words.slot,
        ...placeRef(words.ref),
        dryRun: reading.dryRun,
        ...where,
      };
    }
    case 'rollback': {
      const release = placeRelease(reading.words);
      return typeof release === 'string' ? release : { kind: name, ...release, ...where };
    }
    case 'history': {
      const limit = historyLength(reading.words);
      return typeof limit === 'string' ? limit : { kind: name, limit, ...where };
    }
    case 'config': {
      const act = configAct(reading.words);
      return typeof act === 'string' ? act : { kind: name, ...act, ...where };
    }
    case 'lock': {
      const words = lockWords(name, reading.words);
      return typeof words === 'string' ? words : { kind: name, ...words, ...where };
    }
    case 'freeze': {
      const words = lockWords(name, reading.words);
      if (Object.keys(where).length > 0) return everywhere(name);
      return typeof words === 'string' ? words : { kind: name, ...words };
    }
    case 'unfreeze': {
      const some = Object.keys(where).length + reading.words.length;
      return some > 0 ? everywhere(name) : { kind: name };
    }
    case 'status':
    case 'cancel':
    case 'unlock': {
      const [extra] = reading.words;
      if (extra === undefined) return { kind: name, ...where };
      return `\`/argo ${name}\` takes no \`${shown(extra)}\`. Name a service with \`--service\`.`;
    }
  }
}

function everywhere(name: 'freeze' | 'unfreeze'): string {
  return `\`/argo ${name}\` is for everything that this channel operates. For one environment there is \`/argo ${name === 'freeze' ? 'lock' : 'unlock'}\`.`;
}
