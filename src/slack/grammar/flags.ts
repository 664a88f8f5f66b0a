import type { CommandName } from './command.ts';
import { nearest } from '../../deploy/untrusted/spelling.ts';
import { shown, type Token } from './tokens.ts';

/** What the words and flags of one command have been read to so far. */
export interface Reading {
  service?: string;
  environment?: string;
  dryRun: boolean;
  words: string[];
}

const VALUE_FLAGS: Record<string, 'service' | 'environment'> = {
  '--service': 'service',
  '--env': 'environment',
  '--environment': 'environment',
};

/** The words after a command's name, its flags taken out. A string is what is wrong. */
export function readRest(name: CommandName, tokens: readonly Token[]): Reading | string {
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
