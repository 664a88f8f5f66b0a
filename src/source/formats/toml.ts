// Parses TOML, and describes its syntax errors without repeating the file's text.
import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import { Numeric } from './decimal.ts';
import { firstDefinition, isDate, newerSyntax, quoteLiterals } from './toml-text.ts';
import { duplicateFix, hasTwice, type Parsed, placeOf, type Value } from './values.ts';

/** Replaces the library's messages, which quote lines of the file and so may show secrets. */
const WORDS: [RegExp, string][] = [
  [/leading zero/, 'a number has no leading 0'],
  [/end-of-line/, 'there is text after the value (text needs quotes)'],
  [/unfinished string/, 'this text has no closing quote'],
  [/unfinished array/, 'the [ is never closed'],
  [/unfinished table/, 'the { is never closed'],
  [/comma or end/, 'a comma or a closing bracket is missing before this'],
  [/end of key/, 'this is not key = value'],
  [/key/, 'this is not a usable key'],
  [/escape/, String.raw`a \ must be written \\ here, or the text put between single quotes`],
  [/control characters/, 'a quote is not closed on its line, or there is a control character'],
  [/nested/, 'it is nested too deeply'],
  [/invalid date/, 'this is not a date'],
];

const OPTIONS = { maxDepth: 200, integersAsBigInt: true };

export function parseToml(text: string): Parsed {
  try {
    parse(text, OPTIONS);
    const { marked, mark } = quoteLiterals(text);
    return {
      value: plain(parse(marked, OPTIONS), mark),
      problems: [],
      warnings: warningsFor(text),
    };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problems = [problemOf(text, error)];
    const fix = duplicateFix(problems, isDuplicate(error) ? 1 : 0);
    return { value: undefined, problems, fix };
  }
}

function warningsFor(text: string): string[] {
  const at = newerSyntax(text);
  return at === undefined
    ? []
    : [`${placeOf(text, at)}: this is TOML 1.1, which Python’s tomllib before 3.15 refuses`];
}

const isDuplicate = ({ message }: TomlError): boolean => message.includes('redefine');

function problemOf(text: string, error: TomlError): string {
  const { line, column, message } = error;
  const [said = ''] = message.replace('Invalid TOML document: ', '').split('\n');
  const at = `line ${line}, column ${column}`;
  if (!isDuplicate(error)) {
    const words = WORDS.find(([pattern]) => pattern.test(said))?.[1];
    return `${at}: ${words ?? 'a value is expected here (text needs quotes)'}`;
  }
  const first = firstDefinition(text, { line, column });
  return first
    ? hasTwice(first.key, { line: first.line }, { line })
    : `${at}: this key appears twice`;
}

/** Converts a value of the library. Dates become strings, because config rules in argo.yml have no type for dates. */
function plain(value: TomlValue | TomlTable, mark: string): Value {
  if (Array.isArray(value)) return value.map((one) => plain(one, mark));
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && !value.startsWith(mark)) return value;
  if (typeof value === 'string') return literal(value.slice(mark.length));
  const table: { [key: string]: Value } = Object.create(null);
  for (const [key, inner] of Object.entries(value)) table[key] = plain(inner, mark);
  return table;
}

function literal(written: string): Value {
  if (isDate(written)) return written;
  const digits = written.replaceAll('_', '');
  if (/^0[xob]/.test(digits)) return new Numeric(written, String(BigInt(digits)));
  const unending = digits.replace('inf', 'Infinity').replace('nan', 'NaN').replace(/^\+/, '');
  return new Numeric(written, unending);
}
