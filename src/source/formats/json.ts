// Parses strict JSON. Its messages give line and column, and do not repeat the file's text.
import { Numeric } from './decimal.ts';
import { after, match } from './scan.ts';
import {
  duplicateFix,
  hasTwice,
  type Parsed,
  placeOf,
  positionOf,
  printable,
  type Value,
} from './values.ts';

/** Replaces JSON.parse: its messages repeat text of the file (maybe a secret), and it accepts duplicate keys. */
export function parseJson(text: string, options = { python: false }): Parsed {
  const reader = new Reader(text, options.python);
  try {
    const value = reader.document();
    const { duplicates: problems, warnings } = reader;
    return { value, problems, warnings, fix: duplicateFix(problems, problems.length) };
  } catch (error) {
    if (error instanceof Fault) return { value: undefined, problems: [error.message] };
    throw error;
  }
}

class Fault extends Error {}

/** A string, up to the first character that is not allowed in it. The group is the closing quote. */
const STRING = /"(?:[ !#-[\]-\uFFFF]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*("?)/y;
const WORD = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DEPTH = 200;
/** Limit of reported duplicate keys: people do not read a longer list. */
const MAX_DUPLICATES = 50;
const CONSTANT = /(?:-?Infinity|NaN)(?!\w)/y;
const WHITESPACE = /[ \t\r\n]*/y;

class Reader {
  readonly duplicates: string[] = [];
  readonly warnings: string[] = [];
  readonly #python: boolean;
  readonly #text: string;
  #at = 0;

  constructor(text: string, python: boolean) {
    this.#python = python;
    this.#text = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  }

  document(): Value {
    this.#skipWhitespace();
    if (this.#at === this.#text.length) this.#fail('the file is empty');
    const value = this.#value('', 0);
    this.#skipWhitespace();
    if (this.#at < this.#text.length) this.#fail('there is text after the end of the JSON');
    return value;
  }

  #value(key: string, depth: number): Value {
    if (depth > DEPTH) this.#fail('it is nested too deeply');
    const letter = this.#text[this.#at];
    if (letter === '{') return this.#object(key, depth);
    if (letter === '[') return this.#array(key, depth);
    if (letter === '"') return this.#string();
    const [constant] = match(CONSTANT, this.#text, this.#at);
    if (constant !== undefined) return this.#constant(constant);
    if (letter !== undefined && /[-\d]/.test(letter)) return this.#number();
    const [word] = match(WORD, this.#text, this.#at);
    if (word === undefined)
      return this.#fail(expectedValue(letter, this.#text.slice(this.#at, this.#at + 5)));
    this.#at += word.length;
    return word === 'null' ? null : word === 'true';
  }

  #object(key: string, depth: number): Value {
    const open = this.#at++;
    const object: { [key: string]: Value } = Object.create(null);
    const first = new Map<string, number>();
    while (!this.#skipEndOrComma('}', first.size === 0, open)) {
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail(expectedKey(this.#text[start]));
      const name = this.#string();
      const dotted = key === '' ? name : `${key}.${name}`;
      const firstAt = first.get(name);
      if (firstAt === undefined) first.set(name, start);
      else this.#recordDuplicate(dotted, start, firstAt);
      this.#skipWhitespace();
      if (this.#text[this.#at] !== ':')
        this.#fail(`a colon is missing after the key "${printable(name)}"`);
      this.#at++;
      this.#skipWhitespace();
      object[name] = this.#value(dotted, depth + 1);
    }
    return object;
  }

  #recordDuplicate(key: string, at: number, firstAt: number): void {
    if (this.duplicates.length >= MAX_DUPLICATES)
      this.#fail(`more than ${MAX_DUPLICATES} keys appear twice`, at);
    this.duplicates.push(
      hasTwice(printable(key), positionOf(this.#text, firstAt), positionOf(this.#text, at)),
    );
  }

  #array(key: string, depth: number): Value {
    const open = this.#at++;
    const array: Value[] = [];
    while (!this.#skipEndOrComma(']', array.length === 0, open)) {
      array.push(this.#value(`${key}.${array.length}`, depth + 1));
    }
    return array;
  }

  /** Skips the closing bracket and returns true, or skips the comma before the next entry and returns false. */
  #skipEndOrComma(end: string, first: boolean, open: number): boolean {
    this.#skipWhitespace();
    const letter = this.#text[this.#at];
    if (letter === end) {
      this.#at++;
      return true;
    }
    if (letter === undefined) {
      this.#fail(`the ${end === '}' ? '{' : '['} of ${placeOf(this.#text, open)} is never closed`);
    }
    if (first) return false;
    if (letter === '/' || letter === '#') this.#fail('JSON has no comments');
    if (letter !== ',') this.#fail(`a comma or ${end} is missing before this`);
    const comma = this.#at++;
    this.#skipWhitespace();
    if (this.#text[this.#at] === end) this.#fail(`there is a comma before the ${end}`, comma);
    return false;
  }

  #string(): string {
    const [quoted = '', closed] = match(STRING, this.#text, this.#at);
    const open = this.#at;
    this.#at += quoted.length;
    if (closed) return String(JSON.parse(quoted));
    const letter = this.#text[this.#at];
    if (letter === '\\') this.#fail(String.raw`a \ must be written \\ here`);
    if (letter === undefined || letter === '\n') this.#fail('this text has no closing quote', open);
    return this.#fail('there is a control character inside the text');
  }

  #number(): Numeric {
    const digits = match(NUMBER, this.#text, this.#at)[0] ?? this.#fail('this is not a number');
    const next = this.#text[this.#at + digits.length] ?? ' ';
    if (/[\w.+-]/.test(next))
      this.#fail('this is not a number (text needs quotes, numbers no leading 0)');
    this.#at += digits.length;
    return new Numeric(digits);
  }

  #constant(word: string): Numeric {
    if (!this.#python) this.#fail(`JSON has no ${word}; only Python’s json reads it`);
    this.warnings.push(
      `${placeOf(this.#text, this.#at)}: ${word} is no JSON; only Python’s json reads it`,
    );
    this.#at += word.length;
    return new Numeric(word);
  }

  #skipWhitespace(): void {
    this.#at = after(WHITESPACE, this.#text, this.#at);
  }

  #fail(problem: string, at = this.#at): never {
    throw new Fault(`${placeOf(this.#text, at)}: ${problem}`);
  }
}

/** `letter` is the character in place of a key; undefined at the end of the file. */
function expectedKey(letter: string | undefined): string {
  if (letter === "'") return "keys need double quotes, not '";
  if (letter === '/' || letter === '#') return 'JSON has no comments';
  if (letter === ',') return 'there is a comma too many';
  return 'a key in double quotes is expected here';
}

/** `letter` is the character in place of a value, `ahead` the text from there. */
function expectedValue(letter: string | undefined, ahead: string): string {
  if (letter === undefined) return 'the file ends where a value is expected';
  if (letter === "'") return "text needs double quotes, not '";
  if (letter === '/' || letter === '#') return 'JSON has no comments';
  if (/^(True|False|None)/.test(ahead))
    return 'write true, false or null, as JSON does (this is Python)';
  if (letter === ',' || letter === '}' || letter === ']') return 'a value is missing here';
  return 'a value is expected here (text needs double quotes)';
}
