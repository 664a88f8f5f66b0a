// Parses the words after `argo-bot`: a command, its options, or a mistake with a suggestion.
import { parseArgs } from 'node:util';
import { nearestWord } from '../deploy/untrusted/spelling.ts';
import { commands } from './commands.ts';
import { type Command, type CommandInput } from './command.ts';

/** The parsed command line. */
export type ParsedArguments =
  | { kind: 'run'; command: Command; given: CommandInput }
  /** Without a command: help for all commands. */
  | { kind: 'help'; command?: Command }
  | { kind: 'wrong'; says: string; command?: Command };

const HELP = new Set(['help', '--help', '-h']);

export function parseArguments([name = 'help', ...rest]: readonly string[]): ParsedArguments {
  if (HELP.has(name)) {
    const about = rest.find((word) => !HELP.has(word));
    return about === undefined ? { kind: 'help' } : withCommand(about, helpAbout);
  }
  return withCommand(name, (command) =>
    rest.some((word) => word === '--help' || word === '-h') || rest[0] === 'help'
      ? helpAbout(command)
      : readOptions(command, rest),
  );
}

const helpAbout = (command: Command): ParsedArguments => ({ kind: 'help', command });

function withCommand(name: string, act: (command: Command) => ParsedArguments): ParsedArguments {
  const command = commands.find((one) => one.name === name);
  if (command) return act(command);
  const names = commands.map((one) => one.name);
  return { kind: 'wrong', says: `There is no command "${name}".${didYouMean(name, names)}` };
}

const didYouMean = (word: string, known: readonly string[]): string => {
  const meant = nearestWord(word, known);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
};

function readOptions(command: Command, args: string[]): ParsedArguments {
  const { name, options = {}, words: { most } = { most: 0 } } = command;
  const wrong = (says: string): ParsedArguments => ({
    kind: 'wrong',
    says: `argo-bot ${name} ${says}`,
    command,
  });
  const loose = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of loose.tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined || !token.rawName.startsWith('--')) {
      const known = Object.keys(options).map((one) => `--${one}`);
      return wrong(`has no option ${token.rawName}.${didYouMean(token.rawName, known)}`);
    }
    if (option.type === 'string' && (token.value ?? '').replace(/^-.*/, '') === '') {
      return wrong(`needs a value after ${token.rawName}.`);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      return wrong(`takes no value for ${token.rawName}.`);
    }
  }
  const { positionals: words, values } = loose;
  const extra = words[most];
  if (extra !== undefined) return wrong(`takes no word "${extra}".`);
  return { kind: 'run', command, given: { words, options: values } };
}
