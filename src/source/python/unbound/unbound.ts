// Finds names in Python functions that a path reads before it assigns them.
import { readBlocks } from './blocks.ts';
import { isScope, type Statement, within } from './statements.ts';
import { walkBody } from './flow.ts';
import type { Walk } from './walk-line.ts';
import { derivedIn, neverContinues, suppresses } from './guards.ts';
import type { State } from './assignments.ts';
import { effectsOf } from './effects.ts';
import { parametersOf } from './parameters.ts';
import type { Token } from '../tokens/tokens.ts';

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
  // Functions that use locals() or catch NameError are skipped below. Few files have one, so test the file first.
  const mentionsUnbound = tokens.some((token) => handlesUnbound(token));
  const all = within(readBlocks(tokens), true);
  const functions = all.filter(({ word }) => word === 'Def');
  const noReturn = new Set(
    functions
      .filter((one) => alwaysRaises(one, mentionsUnbound))
      .map(({ head }) => head[0]?.name ?? ''),
  );
  return functions.flatMap((one) =>
    mentionsUnbound && contains(one, handlesUnbound) ? [] : checkFunction(one, noReturn),
  );
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

/** Whether a token shows that its function may return, or is a stub (NotImplementedError) that subclasses override. */
function returnsOrIsStub({ kind, name }: Token): boolean {
  return kind === 'Return' || kind === 'Yield' || name === 'NotImplementedError';
}

function checkFunction(statement: Statement, noReturn: ReadonlySet<string>): Unbound[] {
  const parameters = parametersOf(statement.head).flatMap(({ name }) => name ?? []);
  const locals = candidatesIn(statement.body, parameters);
  if (locals.size === 0) return [];
  for (const name of globalNames(statement.body)) locals.delete(name);
  // Skip generated functions with very many names: the walk copies all names at every line.
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

/** The local names to check. Skips names that every path assigns first: ruff reports reads before that assignment. */
function candidatesIn(body: readonly Statement[], parameters: readonly string[]): Set<string> {
  const found = { settled: new Set(parameters), candidates: new Set<string>() };
  collect(found, body, true);
  return found.candidates;
}

interface Found {
  settled: Set<string>;
  candidates: Set<string>;
}

function collect(found: Found, body: readonly Statement[], certain: boolean): void {
  for (const statement of body) {
    const suppressing = statement.word === 'With' && suppresses(statement);
    // The head of a statement always runs, but a `for` may have no items.
    recordNames(found, statement, certain && statement.word !== 'For');
    if (isScope(statement)) continue;
    collect(found, statement.body, certain && statement.word === 'With' && !suppressing);
    for (const clause of statement.clauses) {
      recordNames(found, clause, false);
      collect(found, clause.body, false);
    }
  }
}

function recordNames({ settled, candidates }: Found, clause: Statement, certain: boolean): void {
  const { binds, unbinds } = effectsOf(clause);
  for (const name of binds) {
    // Python deletes the name of an exception at the end of its handler.
    if (clause.word === 'Except') candidates.add(name);
    else if (settled.has(name)) continue;
    else if (certain) settled.add(name);
    else candidates.add(name);
  }
  for (const name of unbinds) candidates.add(name);
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
function contains(statement: Statement, wanted: (token: Token) => boolean): boolean {
  return within([statement], true).some(({ head }) => head.some((token) => wanted(token)));
}

/** Names declared `global` or `nonlocal`. */
function globalNames(body: readonly Statement[]): string[] {
  const declared = within(body).filter(({ word }) => word === 'Global' || word === 'Nonlocal');
  return declared.flatMap(({ head }) => head.flatMap(({ name }) => name ?? []));
}
