// Parses the text after `/argo` to a command, or says what is wrong with the text.
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import {
  type Command,
  type CommandName,
  commandNames,
  commands,
  isCommandName,
  usageOf,
} from './commands.ts';
import { readFlags } from './flags.ts';
import { shown, tokensOf } from './tokens.ts';
import { anyWords, everywhere, noWords } from './words.ts';

export interface Wrong {
  kind: 'wrong';
  /** One or two sentences: what is wrong, and a suggestion. */
  reason: string;
  /** The correct usage of the command. */
  form: string;
}

/** Returns the command, or what is wrong with the text. Never throws. */
export function parse(text: string): Command | Wrong {
  const tokens = tokensOf(text);
  if (typeof tokens === 'string') return { kind: 'wrong', reason: tokens, form: usageOf('help') };
  const [first, ...rest] = tokens;
  if (!first) return { kind: 'form' };
  const name = first.text.toLowerCase();
  if (!isCommandName(name)) return unknownCommand(first.text);
  const fields = readFields(name, rest);
  if (typeof fields === 'string') return { kind: 'wrong', reason: fields, form: usageOf(name) };
  // The row's parser returns the fields of this command's type, which TypeScript loses in a lookup.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return { kind: name, ...fields } as Command;
}

function readFields(name: CommandName, tokens: Parameters<typeof readFlags>[1]): object | string {
  const { read = noWords, place = true } = commands[name];
  if (read === anyWords) return {};
  const flags = readFlags(name, tokens);
  if (typeof flags === 'string') return flags;
  if (!place && Object.keys(flags.place).length > 0) return everywhere(name);
  const fields = read(flags.words, name);
  return typeof fields === 'string' ? fields : { ...fields, ...flags.given, ...flags.place };
}

function unknownCommand(word: string): Wrong {
  const meant = nearestWord(word, commandNames);
  const hint = meant ? ` Did you mean \`${meant}\`?` : ` Commands: ${commandNames.join(', ')}.`;
  return {
    kind: 'wrong',
    reason: `There is no command \`${shown(word)}\`.${hint}`,
    form: usageOf(meant ?? 'help'),
  };
}
