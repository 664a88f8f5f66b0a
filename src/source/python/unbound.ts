import { readBlocks } from './blocks.ts';
import type { Clause, Statement } from './blocks.ts';
import { boundIn } from './bound-names.ts';
import { walkBody } from './flow.ts';
import { derivedIn, neverGoesOn } from './guards.ts';
import { closing } from './tokens.ts';
import type { Token } from './tokens.ts';

export interface Unbound {
  name: string;
  start: number;
  /** The statement that assigns it on some ways only; undefined when no way assigns it. */
  because: { word: string; start: number } | undefined;
}

/**
 * Local names that are read where not every way has assigned them: the mistake of one wrong indentation,
 * which imports and start fine and raises UnboundLocalError in the request. It is made to be silent on
 * ordinary code rather than complete, since each finding stops a release: tests that share a word with
 * those around the assignment are trusted, and so are retry loops, dispatch on one value and calls that
 * never return. Modules and classes are not looked at: importing them on the host runs them.
 */
export function findUnbound(tokens: readonly Token[]): Unbound[] {
  const functions = functionsIn(readBlocks(tokens));
  const returnless = new Set(
    functions.filter((one) => alwaysRaises(one)).map((one) => nameOf(one)),
  );
  return functions.flatMap((one) => checkFunction(one, returnless));
}

function functionsIn(body: readonly Statement[]): Statement[] {
  return body.flatMap((statement) => [
    ...(statement.word === 'Def' ? [statement] : []),
    ...[statement, ...statement.clauses].flatMap((clause) => functionsIn(clause.body)),
  ]);
}

function nameOf(statement: Statement): string {
  return statement.head[0]?.name ?? '';
}

function alwaysRaises(statement: Statement): boolean {
  const last = statement.body.at(-1);
  if (last?.simple === true && !neverGoesOn(last, new Set())) return false;
  if (has(statement, returnsOrIsStub)) return false;
  return checkFunction(statement, new Set(), true).length > 0;
}

/** A stub that says "not implemented" is overridden by one that returns. */
function returnsOrIsStub({ kind, name }: Token): boolean {
  return kind === 'Return' || kind === 'Yield' || name === 'NotImplementedError';
}

function checkFunction(
  statement: Statement,
  returnless: ReadonlySet<string>,
  onlyWhetherItEnds = false,
): Unbound[] {
  // Code that asks for its own names, or catches the error, knows what it does.
  if (has(statement, ({ name }) => name !== undefined && KNOWING.has(name))) return [];
  const parameters = parametersOf(statement.head);
  const locals = new Set([...boundIn(statement.body), ...parameters]);
  for (const name of elsewhere(statement.body)) locals.delete(name);
  // No one writes such a function by hand, and the walk copies what is assigned at every line.
  if (locals.size > MOST_LOCALS) return [];
  const found: Unbound[] = [];
  const report = ({ name = '', start }: Token, because: Unbound['because']) =>
    found.push({ name, start, because });
  const state = {
    assigned: new Set(parameters),
    gaps: new Map(),
    trusted: new Set<string>(),
    tested: new Set<string>(),
  };
  const end = walkBody(
    {
      locals,
      returnless,
      derived: derivedIn(statement.body),
      report,
      raises: [],
      breaks: [],
      continues: [],
    },
    statement.body,
    state,
  );
  if (onlyWhetherItEnds)
    return end === undefined ? [{ name: '', start: 0, because: undefined }] : [];
  return found;
}

const MOST_LOCALS = 500;

const KNOWING = new Set(['locals', 'vars', 'NameError', 'UnboundLocalError', 'exec']);

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
  for (const [at, { kind, name }] of inside.entries()) {
    if (/^(Lpar|Lsqb|Lbrace)$/.test(kind)) depth++;
    if (/^(Rpar|Rsqb|Rbrace)$/.test(kind)) depth--;
    const before = inside[at - 1]?.kind ?? 'Comma';
    if (depth === 0 && name !== undefined && /^(Comma|Star|DoubleStar)$/.test(before))
      names.push(name);
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
