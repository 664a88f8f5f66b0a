// Parses the text after `/argo` to a command, or says what is wrong with the text.
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import {
  COMMAND,
  type Command,
  type CommandName,
  commandNames,
  commands,
  exampleOf,
  isCommandName,
  usageOf,
} from './commands.ts';
import { isPlaceFlag, readFlags } from './flags.ts';
import { shown, tokensOf } from './tokens.ts';
import { anyWords, everywhere, noWords } from './words.ts';

export interface Wrong {
  kind: 'wrong';
  reason: string;
  form: string;
  example: string;
}

/** Returns the command, or what is wrong with the text. Never throws. */
export function parse(text: string): Command | Wrong {
  const tokens = tokensOf(text);
  if (typeof tokens === 'string') return wrong('help', tokens);
  const [first, ...rest] = tokens;
  if (!first) return { kind: 'form' };
  const name = first.text.toLowerCase();
  if (!isCommandName(name)) return unknownCommand(first.text);
  const { read = noWords, place: takesPlace = true } = commands[name];
  const flags = read === anyWords ? NO_FLAGS : readFlags(name, rest);
  if (typeof flags === 'string') return wrong(name, flags);
  const { place, given, words } = flags;
  const misplaced = !takesPlace && Object.keys(place).length > 0;
  const fields = misplaced ? everywhere(name) : read(words, name);
  if (typeof fields === 'string') return wrong(name, fields, true);
  // `fields` comes from the `read` of this command's row. TypeScript cannot connect it with the name.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return { kind: name, ...fields, ...given, ...place } as Command;
}

const NO_FLAGS = { place: {}, given: {}, words: [] };

/** `words`: true if the arguments are wrong, so that the example must show some. */
function wrong(name: CommandName, reason: string, words = false): Wrong {
  const [, meant = ''] = /Did you mean `([^`]+)`\?/.exec(reason) ?? [];
  // What was meant is part of the example: `deploy` without `--dry-run` would be another command.
  const complete = meant !== '' && !isCommandName(meant) && !isPlaceFlag(meant);
  const example = complete ? `${COMMAND} ${name} ${meant}` : exampleOf(name, words);
  return { kind: 'wrong', reason, form: usageOf(name), example };
}

function unknownCommand(word: string): Wrong {
  const meant = nearestWord(word, commandNames);
  const hint = meant ? ` Did you mean \`${meant}\`?` : ` Commands: ${commandNames.join(', ')}.`;
  return wrong(meant ?? 'help', `There is no command \`${shown(word)}\`.${hint}`);
}
