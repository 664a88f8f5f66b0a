import { readBlocks } from './blocks.ts';
import type { Statement } from './statements.ts';
import type { Clause } from './statements.ts';
import { walkBody } from './flow.ts';
import type { Walk } from './walk-line.ts';
import { derivedIn, neverGoesOn } from './guards.ts';
import type { State } from './assignments.ts';
import { suspectsIn } from './candidates.ts';
import { closes, closing, opens } from '../tokens/tokens.ts';
import type { Token } from '../tokens/tokens.ts';

export interface Unbound {
  name: string;
  start: number;
  /** The statement that assigns it on some ways only; undefined when no way assigns it. */
  because: { word: string; start: number } | undefined;
  /** A path that surely fails leads there. */
  certain: boolean;
}

/**
 * Local names that are read where not every way has assigned them: the mistake of one wrong indentation,
 * which imports and start fine and raises UnboundLocalError in the request. It is made to be silent on
 * ordinary code rather than complete, since each finding stops a release: tests that share a word with
 * those around the assignment are trusted, and so are retry loops, dispatch on one value and calls that
 * never return. Modules and classes are not looked at: importing them on the host runs them.
 */
export function findUnbound(tokens: readonly Token[]): Unbound[] {
  // Code that asks for its own names, or catches the error, knows what it does.
  const knowing = tokens.some((token) => isKnowing(token));
  const functions = functionsIn(readBlocks(tokens));
  const returnless = new Set(
    functions.filter((one) => alwaysRaises(one, knowing)).map((one) => nameOf(one)),
  );
  return functions.flatMap((one) =>
    knowing && has(one, isKnowing) ? [] : checkFunction(one, returnless),
  );
}

function functionsIn(body: readonly Statement[], found: Statement[] = []): Statement[] {
  for (const statement of body) {
    if (statement.word === 'Def') found.push(statement);
    functionsIn(statement.body, found);
    for (const clause of statement.clauses) functionsIn(clause.body, found);
  }
  return found;
}

function nameOf(statement: Statement): string {
  return statement.head[0]?.name ?? '';
}

function alwaysRaises(statement: Statement, knowing: boolean): boolean {
  const last = statement.body.at(-1);
  if (last?.simple === true && !neverGoesOn(last, new Set())) return false;
  // The way past its tests leads on.
  if (last?.word === 'If' && !last.clauses.some(({ word }) => word === 'Else')) return false;
  if (has(statement, returnsOrIsStub) || (knowing && has(statement, isKnowing))) return false;
  const nothing: Walk = { ...walkOf(statement, new Set(), new Set()), report: () => undefined };
  return walkBody(nothing, statement.body, begin([])) === undefined;
}

/** A stub that says "not implemented" is overridden by one that returns. */
function returnsOrIsStub({ kind, name }: Token): boolean {
  return kind === 'Return' || kind === 'Yield' || name === 'NotImplementedError';
}

function checkFunction(statement: Statement, returnless: ReadonlySet<string>): Unbound[] {
  const parameters = parametersOf(statement.head);
  const locals = suspectsIn(statement.body, parameters);
  // Most functions have none.
  if (locals.size === 0) return [];
  for (const name of elsewhere(statement.body)) locals.delete(name);
  // No one writes such a function by hand, and the walk copies what is assigned at every line.
  if (locals.size > MOST_LOCALS) return [];
  const found: Unbound[] = [];
  const walk: Walk = {
    ...walkOf(statement, locals, returnless),
    report: ({ name = '', start }, because, certain) =>
      found.push({ name, start, because, certain }),
  };
  walkBody(walk, statement.body, begin(parameters));
  return found;
}

function walkOf(
  { body }: Statement,
  locals: ReadonlySet<string>,
  returnless: ReadonlySet<string>,
): Omit<Walk, 'report'> {
  return { locals, returnless, derived: derivedIn(body), raises: [], breaks: [], continues: [] };
}

function begin(parameters: readonly string[]): State {
  return {
    assigned: new Set(parameters),
    gaps: new Map(),
    trusted: new Set(),
    tested: new Set(),
    doubted: new Set(),
  };
}

const MOST_LOCALS = 500;

const KNOWING = new Set(['locals', 'vars', 'NameError', 'UnboundLocalError', 'exec']);

function isKnowing({ name }: Token): boolean {
  return name !== undefined && KNOWING.has(name);
}

/** Has the statement, at any depth, a token like this? */
function has(clause: Clause & { clauses?: Clause[] }, wanted: (token: Token) => boolean): boolean {
  return (
    clause.head.some((token) => wanted(token)) ||
    clause.body.some((statement) => has(statement, wanted)) ||
    (clause.clauses?.some((part) => has(part, wanted)) ?? false)
  );
}

function parametersOf(head: readonly Token[]): string[] {
  const open = head.findIndex(({ kind }) => kind === 'Lpar');
  const inside = head.slice(open + 1, closing(head, open));
  const names: string[] = [];
  let depth = 0;
  let before = 'Comma';
  for (const token of inside) {
    const { kind, name } = token;
    if (opens(token)) depth++;
    if (closes(token)) depth--;
    const begins = before === 'Comma' || before === 'Star' || before === 'DoubleStar';
    if (depth === 0 && name !== undefined && begins) names.push(name);
    before = kind;
  }
  return names;
}

/** Names declared `global` or `nonlocal`. */
function elsewhere(body: readonly Statement[]): string[] {
  return body.flatMap((statement) => {
    if (statement.word === 'Global' || statement.word === 'Nonlocal') {
      return statement.head.flatMap(({ name }) => (name === undefined ? [] : [name]));
    }
    if (statement.word === 'Def' || statement.word === 'Class') return [];
    return [statement, ...statement.clauses].flatMap((clause) => elsewhere(clause.body));
  });
}
