// Splits a valid Python file into tokens, with ruff's names for their kinds.
import { openString, type Text } from './strings.ts';
import { ALONE, KEYWORDS, OPERATORS, SOFT } from './token-kinds.ts';
import type { Token } from './tokens.ts';

const NUMBER =
  /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y;

/**
 * The tokens of a file in which ruff found no syntax error. ruff could list tokens too, but writing and parsing that
 * list takes five times as long as its checks.
 */
export function lex(source: string, onComment?: (from: number, to: number) => void): Token[] {
  return lexed(source, onComment).tokens;
}

/** `extreme`: nesting or a number may exceed a limit of Python's compiler; see compiler-limits.ts. */
export function lexed(
  source: string,
  onComment?: (from: number, to: number) => void,
): { tokens: Token[]; extreme: boolean } {
  const from = { at: 0, depth: 0, indents: [0], tokens: [], extreme: false };
  const lexer: Lexer = { source, ...from, onComment };
  startLine(lexer);
  while (lexer.at < source.length) step(lexer);
  const last = lexer.tokens.at(-1)?.kind;
  if (last !== undefined && last !== 'Newline' && last !== 'Dedent') put(lexer, 'Newline', 0);
  for (let open = lexer.indents.length; open > 1; open--) put(lexer, 'Dedent', 0);
  return lexer;
}

interface Lexer {
  source: string;
  at: number;
  /** The number of open brackets. Inside brackets, a line break does not end the statement. */
  depth: number;
  indents: number[];
  tokens: Token[];
  extreme: boolean;
  onComment: ((from: number, to: number) => void) | undefined;
}

function put(lexer: Lexer, kind: string, length: number, name?: string): void {
  lexer.tokens.push({ kind, start: lexer.at, name });
  lexer.at += length;
}

function step(lexer: Lexer): void {
  const { source, at } = lexer;
  const code = source.charCodeAt(at);
  if (inName(code) && !isDigit(code)) word(lexer);
  else if (code === 32 || code === 9 || code === 12) lexer.at++;
  else if (code === 10 || code === 13) lineBreak(lexer);
  else if (code === 34 || code === 39) string(lexer, at);
  else if (code === 35) comment(lexer);
  else if (code === 92) lexer.at = afterBreak(source, at + 1);
  else if (isDigit(code) || (code === 46 && isDigit(source.charCodeAt(at + 1)))) number(lexer);
  else operator(lexer);
}

function comment(lexer: Lexer): void {
  const end = endOfLine(lexer.source, lexer.at);
  lexer.onComment?.(lexer.at, end);
  lexer.at = end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a character can be part of a name: a letter, a digit, `_`, or any character outside ASCII. */
function inName(code: number): boolean {
  return code >= 128 || IN_NAME[code] === true;
}

const IN_NAME = Array.from({ length: 128 }, (_, code) => /\w/.test(String.fromCharCode(code)));

function word(lexer: Lexer): void {
  const { source, at } = lexer;
  let end = at + 1;
  while (end < source.length && inName(source.charCodeAt(end))) end++;
  const next = source.charCodeAt(end);
  if ((next === 34 || next === 39) && end - at <= 2) return string(lexer, end);
  const text = source.slice(at, end);
  const kind = KEYWORDS.get(text);
  if (kind === undefined) put(lexer, 'Identifier', end - at, text);
  else put(lexer, kind, end - at, SOFT.has(kind) ? text : undefined);
}

function number(lexer: Lexer): void {
  NUMBER.lastIndex = lexer.at;
  const [text = ''] = NUMBER.exec(lexer.source) ?? [];
  const whole = /^(?:0[xX]|\d[\d_]*$|0[oObB])/.test(text);
  lexer.extreme ||= text.length > 4_000;
  put(lexer, whole ? 'Int' : /j$/i.test(text) ? 'Complex' : 'Float', text.length);
}

function operator(lexer: Lexer): void {
  const { source, at } = lexer;
  const code = source.charCodeAt(at);
  if (code === 40 || code === 91 || code === 123) {
    lexer.depth++;
    lexer.extreme ||= lexer.depth > 199;
  } else if (code === 41 || code === 93 || code === 125) lexer.depth--;
  // Fast path for `(`, `,` and other operators that no longer operator begins with.
  const alone = ALONE[code];
  if (alone !== undefined) return put(lexer, alone, 1);
  for (const length of [3, 2, 1]) {
    const kind = OPERATORS.get(source.slice(at, at + length));
    if (kind !== undefined) return put(lexer, kind, length);
  }
  lexer.at++;
}

function lineBreak(lexer: Lexer): void {
  if (lexer.depth === 0) lexer.tokens.push({ kind: 'Newline', start: lexer.at, name: undefined });
  lexer.at = afterBreak(lexer.source, lexer.at);
  if (lexer.depth === 0) startLine(lexer);
}

/** Skips blank lines and comments, and adds tokens for the change of indentation at the next line of code. */
function startLine(lexer: Lexer): void {
  const { source, indents } = lexer;
  let column = 0;
  for (; lexer.at < source.length; lexer.at++) {
    const code = source.charCodeAt(lexer.at);
    if (code === 32) column++;
    else if (code === 9) column = (Math.floor(column / 8) + 1) * 8;
    else if (code === 12) column = 0;
    else if (code === 35 || code === 10 || code === 13) {
      if (code === 35) comment(lexer);
      lexer.at = afterBreak(source, lexer.at) - 1;
      column = 0;
    } else if (code === 92) lexer.at = afterBreak(source, lexer.at + 1) - 1;
    else break;
  }
  if (lexer.at >= source.length) return;
  if (column > (indents.at(-1) ?? 0)) {
    indents.push(column);
    lexer.extreme ||= indents.length > 20;
    put(lexer, 'Indent', 0);
  }
  for (; column < (indents.at(-1) ?? 0); indents.pop()) put(lexer, 'Dedent', 0);
}

function endOfLine(source: string, from: number): number {
  let at = from;
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 10 || code === 13) break;
  }
  return at;
}

function afterBreak(source: string, at: number): number {
  return source.charCodeAt(at) === 13 && source.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
}

/** Reads a string with its prefix at `lexer.at` and its first quote at `quote`. */
function string(lexer: Lexer, quote: number): void {
  const text = openString(lexer.source, lexer.at, quote);
  if (!text.fields) {
    put(lexer, 'String', text.end(text.from) + text.quotes.length - lexer.at);
    return;
  }
  const [start, end] = text.template
    ? ['TStringStart', 'TStringEnd']
    : ['FStringStart', 'FStringEnd'];
  put(lexer, start, text.from - lexer.at);
  middle(lexer, text, false);
  put(lexer, end, text.quotes.length);
}

/** Reads the text and `{fields}` of an f-string up to its closing quotes, or of a field's format up to the brace. */
function middle(lexer: Lexer, text: Text, inFormat: boolean): void {
  const kind = text.template ? 'TStringMiddle' : 'FStringMiddle';
  for (;;) {
    const stop = text.stop(lexer.at, inFormat);
    if (stop > lexer.at) put(lexer, kind, stop - lexer.at);
    if (lexer.source.charCodeAt(stop) !== 123) return;
    field(lexer, text);
  }
}

function field(lexer: Lexer, text: Text): void {
  const { source } = lexer;
  put(lexer, 'Lbrace', 1);
  const inside = ++lexer.depth;
  while (lexer.at < source.length) {
    const code = source.charCodeAt(lexer.at);
    if (lexer.depth === inside && code === 125) break;
    if (lexer.depth === inside && code === 58) {
      put(lexer, 'Colon', 1);
      middle(lexer, text, true);
    } else step(lexer);
  }
  lexer.depth--;
  put(lexer, 'Rbrace', 1);
}
