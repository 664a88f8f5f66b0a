// Finds names in Python functions that a path reads before it assigns them.
import { readBlocks } from './blocks.ts';
import type { Clause, Statement } from './statements.ts';
import { walkBody } from './flow.ts';
import type { Walk } from './walk-line.ts';
import { derivedIn, neverContinues } from './guards.ts';
import type { State } from './assignments.ts';
import { candidatesIn } from './candidates.ts';
import { closes, closing, opens, type Token } from '../tokens/tokens.ts';

export interface Unbound {
  name: string;
  start: number;
  /** The statement that assigns the name on some paths only; undefined if no path assigns it. */
  because: { word: string; start: number } | undefined;
  /** Whether the read certainly fails on some path; see certainty.ts. */
  certain: boolean;
}

/**
 * The reads that raise UnboundLocalError when the line runs, for example after a wrong indentation. Each finding can
 * stop a release, so correct code must have none: a read is trusted if a test around it shares a word with a test
 * around the assignment; so are retry loops, dispatch on one value, and calls that never return. Modules and classes
 * are not checked, because the import on the host runs them.
 */
export function findUnbound(tokens: readonly Token[]): Unbound[] {
  // Skip functions that use locals() or catch NameError.
  const mentionsUnbound = tokens.some((token) => handlesUnbound(token));
  const functions = functionsIn(readBlocks(tokens));
  const noReturn = new Set(
    functions.filter((one) => alwaysRaises(one, mentionsUnbound)).map((one) => nameOf(one)),
  );
  return functions.flatMap((one) =>
    mentionsUnbound && contains(one, handlesUnbound) ? [] : checkFunction(one, noReturn),
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

function alwaysRaises(statement: Statement, mentionsUnbound: boolean): boolean {
  const last = statement.body.at(-1);
  if (last?.simple === true && !neverContinues(last, new Set())) return false;
  // An `if` without `else` continues when its test is false.
  if (last?.word === 'If' && !last.clauses.some(({ word }) => word === 'Else')) return false;
  if (
    contains(statement, returnsOrIsStub) ||
    (mentionsUnbound && contains(statement, handlesUnbound))
  )
    return false;
  const nothing: Walk = { ...walkOf(statement, new Set(), new Set()), report: () => undefined };
  return walkBody(nothing, statement.body, initialState([])) === undefined;
}

/** Whether the token shows that a call may return: subclasses override a stub that raises NotImplementedError. */
function returnsOrIsStub({ kind, name }: Token): boolean {
  return kind === 'Return' || kind === 'Yield' || name === 'NotImplementedError';
}

function checkFunction(statement: Statement, noReturn: ReadonlySet<string>): Unbound[] {
  const parameters = parametersOf(statement.head);
  const locals = candidatesIn(statement.body, parameters);
  if (locals.size === 0) return [];
  for (const name of globalNames(statement.body)) locals.delete(name);
  // Skip generated functions: the walk would copy all their names at every line.
  if (locals.size > MOST_LOCALS) return [];
  const found: Unbound[] = [];
  const walk: Walk = {
    ...walkOf(statement, locals, noReturn),
    report: ({ name = '', start }, because, certain) =>
      found.push({ name, start, because, certain }),
  };
  walkBody(walk, statement.body, initialState(parameters));
  return found;
}

function walkOf(
  { body }: Statement,
  locals: ReadonlySet<string>,
  noReturn: ReadonlySet<string>,
): Omit<Walk, 'report'> {
  return { locals, noReturn, derived: derivedIn(body), raises: [], breaks: [], continues: [] };
}

function initialState(parameters: readonly string[]): State {
  return {
    assigned: new Set(parameters),
    gaps: new Map(),
    trusted: new Set(),
    tested: new Set(),
    doubted: new Set(),
  };
}

const MOST_LOCALS = 500;

const HANDLES_UNBOUND = new Set(['locals', 'vars', 'NameError', 'UnboundLocalError', 'exec']);

function handlesUnbound({ name }: Token): boolean {
  return name !== undefined && HANDLES_UNBOUND.has(name);
}

/** Whether the statement contains a token that `wanted` accepts, at any depth. */
function contains(
  clause: Clause & { clauses?: Clause[] },
  wanted: (token: Token) => boolean,
): boolean {
  return (
    clause.head.some((token) => wanted(token)) ||
    clause.body.some((statement) => contains(statement, wanted)) ||
    (clause.clauses?.some((part) => contains(part, wanted)) ?? false)
  );
}

function parametersOf(head: readonly Token[]): string[] {
  const open = head.findIndex(({ kind }) => kind === 'Lpar');
  const inside = head.slice(open + 1, closing(head, open));
  const names: string[] = [];
  let depth = 0;
  let previous = 'Comma';
  for (const token of inside) {
    const { kind, name } = token;
    if (opens(token)) depth++;
    if (closes(token)) depth--;
    const begins = previous === 'Comma' || previous === 'Star' || previous === 'DoubleStar';
    if (depth === 0 && name !== undefined && begins) names.push(name);
    previous = kind;
  }
  return names;
}

/** Names declared `global` or `nonlocal`. */
function globalNames(body: readonly Statement[]): string[] {
  return body.flatMap((statement) => {
    if (statement.word === 'Global' || statement.word === 'Nonlocal') {
      return statement.head.flatMap(({ name }) => (name === undefined ? [] : [name]));
    }
    if (statement.word === 'Def' || statement.word === 'Class') return [];
    return [statement, ...statement.clauses].flatMap((clause) => globalNames(clause.body));
  });
}
