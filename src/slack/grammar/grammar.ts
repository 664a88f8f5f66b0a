import { type Command, type CommandName, type Parsed, type Wrong } from './command.ts';
import { type Reading, readRest } from './flags.ts';
import { forms } from './forms.ts';
import { lockWords } from './lock-words.ts';
import { nearest } from '../../deploy/untrusted/spelling.ts';
import { shown, tokensOf } from './tokens.ts';
import {
  configAct,
  historyLength,
  logWords,
  oneRef,
  placeRef,
  placeRelease,
  wordsOf,
} from './words.ts';

const commands = [
  'deploy',
  'status',
  'history',
  'rollback',
  'config',
  'health',
  'logs',
  'diff',
  'retry',
  'restart',
  'cancel',
  'lock',
  'unlock',
  'freeze',
  'unfreeze',
  'form',
  'help',
] as const;
/** Text after `/argo` → what was asked. Never throws, whatever was pasted. */
export function parse(text: string): Parsed {
  const read = tokensOf(text);
  if (read.kind === 'wrong') return { ...read, form: forms.help.usage };
  const [first, ...rest] = read.tokens;
  if (!first) return { kind: 'form' };
  const name = commands.find((command) => command === first.text.toLowerCase());
  if (!name) return unknownCommand(first.text);
  if (name === 'help' || name === 'form') return { kind: name };
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
function build(name: Exclude<CommandName, 'help' | 'form'>, reading: Reading): Command | string {
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
    case 'logs': {
      const words = logWords(reading.words);
      return typeof words === 'string' ? words : { kind: name, ...words, ...where };
    }
    case 'diff': {
      const ref = oneRef(reading.words);
      return typeof ref === 'string' ? ref : { kind: name, ...ref, ...where };
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
    case 'health':
    case 'retry':
    case 'restart':
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
