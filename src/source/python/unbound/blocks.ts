// Parses the tokens of a Python file into statements with their clauses and bodies.
import type { Statement } from './statements.ts';
import { closing, opens, type Token } from '../tokens/tokens.ts';

const FOLLOWS: Record<string, readonly string[]> = {
  If: ['Elif', 'Else'],
  For: ['Else'],
  While: ['Else'],
  Try: ['Except', 'Else', 'Finally'],
  With: [],
  Def: [],
  Class: [],
};

/** The statements of a file in which ruff found no syntax error. */
export function readBlocks(tokens: readonly Token[]): Statement[] {
  const reader = { tokens, at: 0 };
  const statements: Statement[] = [];
  while (reader.at < tokens.length) statements.push(...readStatement(reader));
  return statements;
}

interface Reader {
  tokens: readonly Token[];
  at: number;
}

function kind(reader: Reader): string | undefined {
  return reader.tokens[reader.at]?.kind;
}

function readStatement(reader: Reader): Statement[] {
  if (kind(reader) === 'Async') reader.at++;
  const word = kind(reader) ?? '';
  const follows = FOLLOWS[word];
  if (follows !== undefined) {
    const first = readClause(reader);
    while (follows.includes(kind(reader) ?? '')) first.clauses.push(readClause(reader));
    return [first];
  }
  return word === 'Match' ? [readMatch(reader)] : readLine(reader);
}

function readClause(reader: Reader): Statement {
  const { kind: word = '', start = 0 } = reader.tokens[reader.at++] ?? {};
  const head = readHead(reader);
  return { word, head, body: readBody(reader), start, simple: false, clauses: [] };
}

/** Reads up to the colon that opens the body, and skips the colons of lambdas. */
function readHead(reader: Reader): Token[] {
  const from = reader.at;
  let lambdas = 0;
  for (; reader.at < reader.tokens.length; reader.at++) {
    const token = reader.tokens[reader.at];
    if (opens(token)) reader.at = closing(reader.tokens, reader.at);
    else if (token?.kind === 'Lambda') lambdas++;
    else if (token?.kind === 'Colon' && lambdas-- === 0) break;
  }
  return reader.tokens.slice(from, reader.at++);
}

function readBody(reader: Reader): Statement[] {
  if (kind(reader) !== 'Newline') return readLine(reader);
  reader.at += 2;
  const body: Statement[] = [];
  while (reader.at < reader.tokens.length && kind(reader) !== 'Dedent') {
    body.push(...readStatement(reader));
  }
  reader.at++;
  return body;
}

/** Reads the simple statements of one line. */
function readLine(reader: Reader): Statement[] {
  const statements: Statement[] = [];
  while (reader.at < reader.tokens.length) {
    const from = reader.at;
    while (reader.at < reader.tokens.length && !ends(kind(reader))) reader.at++;
    const head = reader.tokens.slice(from, reader.at);
    const { kind: word, start } = head[0] ?? {};
    if (word !== undefined && start !== undefined) {
      statements.push({ word, head, body: [], start, simple: true, clauses: [] });
    }
    if (reader.tokens[reader.at++]?.kind !== 'Semi') break;
  }
  return statements;
}

function ends(word: string | undefined): boolean {
  return word === 'Newline' || word === 'Semi' || word === 'Dedent' || word === 'Indent';
}

function readMatch(reader: Reader): Statement {
  const { start = 0 } = reader.tokens[reader.at++] ?? {};
  const head = readHead(reader);
  reader.at += 2;
  const clauses: Statement[] = [];
  while (kind(reader) === 'Case') clauses.push(readClause(reader));
  reader.at++;
  return { word: 'Match', head, body: [], start, simple: false, clauses };
}
