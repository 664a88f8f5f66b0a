// Separates the flags of a typed command from its other words.
import type { Place } from '../../deploy/history/records.ts';
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import { type CommandName, commands } from './commands.ts';
import { shown, type Token } from './tokens.ts';

interface Read {
  place: Partial<Place>;
  /** For each flag without a value: the field that it sets, and whether the flag was typed. */
  given: Record<string, boolean>;
  words: string[];
}

const VALUE_FLAGS: Record<string, keyof Place> = {
  '--service': 'service',
  '--env': 'environment',
  '--environment': 'environment',
};

export const isPlaceFlag = (flag: string): boolean => Object.hasOwn(VALUE_FLAGS, flag);

/** Reads the tokens after a command's name. If they are invalid, returns a string that says why. */
export function readFlags(name: CommandName, tokens: readonly Token[]): Read | string {
  const { flags = {} } = commands[name];
  const absent = Object.values(flags).map((field) => [field, false]);
  const read: Read = { place: {}, given: Object.fromEntries(absent), words: [] };
  const left = [...tokens];
  for (let token = left.shift(); token; token = left.shift()) {
    if (token.quoted || !token.text.startsWith('-')) {
      read.words.push(token.text);
      continue;
    }
    const [typed = '', ...values] = token.text.split('=');
    const flag = typed.toLowerCase();
    const key = VALUE_FLAGS[flag];
    const field = flags[flag];
    if (key) {
      const value = values.length > 0 ? values.join('=') : left.shift()?.text;
      const problem = setValue(read.place, key, flag, value);
      if (problem) return problem;
    } else if (field === undefined) return unknownFlag(name, typed);
    else if (values.length > 0) return `\`${flag}\` takes no value.`;
    else read.given[field] = true;
  }
  return read;
}

function setValue(
  place: Read['place'],
  key: keyof Place,
  flag: string,
  value: string | undefined,
): string | undefined {
  if (value === undefined || value === '' || value.startsWith('-')) {
    return `\`${flag}\` needs a name after it.`;
  }
  const earlier = place[key];
  if (earlier !== undefined && earlier !== value) {
    return `The ${key} is given twice, \`${shown(earlier)}\` and \`${shown(value)}\`.`;
  }
  place[key] = value;
  return undefined;
}

function unknownFlag(name: CommandName, flag: string): string {
  const known = ['--service', '--env', ...Object.keys(commands[name].flags ?? {})];
  const meant = nearestWord(flag.replace(/^-+/, '--'), known);
  const hint = meant ? ` Did you mean \`${meant}\`?` : '';
  return `\`/argo ${name}\` has no flag \`${shown(flag)}\`.${hint}`;
}
