// Decides whether Python evaluates an undefined name at its place, and whether the name may exist by then.
import type { Finding } from '../../deploy/ports/ports.ts';
import { outside, split, closing, type Token } from './tokens/tokens.ts';
import { boundIn, effectsOf } from './unbound/effects.ts';
import { annotationsOf } from './unbound/parameters.ts';
import { isScope, type Statement, within } from './unbound/statements.ts';

/** Returns nothing if `read` overflows the stack: generated code may be nested that deeply, and must not fail. */
export function emptyOnOverflow<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** The level of a finding about an undefined name; undefined if Python never evaluates it, or not before it exists. */
export function levelAt(
  file: { statements: readonly Statement[]; lazyAnnotations: boolean },
  name: string,
  offset: number,
): Finding['level'] | undefined {
  const chain = around(file.statements, offset);
  if (neverRuns(chain) || inHandlerOf(chain, name) || fromEarlierRound(chain, name, offset))
    return undefined;
  const last = chain.at(-1);
  if (last === undefined || !inAnnotation(last, offset)) return 'error';
  // Annotations of local variables are never evaluated.
  if (last.simple && chain.findLast((one) => isScope(one))?.word === 'Def') return undefined;
  return file.lazyAnnotations ? 'warning' : 'error';
}

/** The statements and clauses around an offset, the outermost first. */
function around(body: readonly Statement[], offset: number): Statement[] {
  const last = body.findLast(({ start }) => start <= offset);
  return last === undefined ? [] : [last, ...around([...last.body, ...last.clauses], offset)];
}

/** Whether a test around the place is always false: `if TYPE_CHECKING:`, `if False:`. */
function neverRuns(chain: readonly Statement[]): boolean {
  return chain.some((one, at) => {
    const inside = chain[at + 1];
    return inside !== undefined && one.body.includes(inside) && isAlwaysFalse(one);
  });
}

function isAlwaysFalse({ word, head }: Statement): boolean {
  const last = head.at(-1);
  const plain = head.every(({ kind, name }) => name !== undefined || kind === 'Dot');
  const isConstant = head.length === 1 && last?.kind === 'False';
  return word === 'If' && ((plain && last?.name === 'TYPE_CHECKING') || isConstant);
}

/** Whether code that runs binds the name: not only an import for type checkers. */
export function bindsElsewhere(statements: readonly Statement[], name: string): boolean {
  return statements.some(
    (one) =>
      effectsOf(one).binds.includes(name) ||
      (!isAlwaysFalse(one) && bindsElsewhere(one.body, name)) ||
      bindsElsewhere(one.clauses, name),
  );
}

/** Whether an `except … as name` is around the place. ruff misses that a function inside it may use the name. */
function inHandlerOf(chain: readonly Statement[], name: string): boolean {
  return chain.some((one) => one.word === 'Except' && effectsOf(one).binds.includes(name));
}

const BRANCHES = new Set(['If', 'Elif', 'Else', 'Try', 'Except', 'Match', 'Case', 'For', 'While']);
const INLINE = new Set(['If', 'And', 'Or']);

/** Whether a test lets only later rounds of a loop read a name that each round assigns: `if n > 0: print(before)`. */
function fromEarlierRound(chain: readonly Statement[], name: string, offset: number): boolean {
  const own = chain.slice(chain.findLastIndex((one) => isScope(one)) + 1);
  return own.some((loop, at) => {
    if (loop.word !== 'For' && loop.word !== 'While') return false;
    if (!boundIn(loop.body).has(name)) return false;
    const tested = own.slice(at + 1, -1).some(({ word }) => BRANCHES.has(word));
    const head = own.at(-1)?.head ?? [];
    const inline = head.some(({ kind, start }) => INLINE.has(kind) && start < offset);
    const skips = within(loop.body).some(
      ({ word, start }) => (word === 'Continue' || word === 'Break') && start < offset,
    );
    return tested || inline || skips || isConditional(head, offset);
  });
}

/** Whether an offset is in the first part of `a if test else b`. */
function isConditional(head: readonly Token[], offset: number): boolean {
  return head.some(({ kind, start }) => kind === 'Else' && start > offset);
}

function inAnnotation({ word, simple, head }: Statement, offset: number): boolean {
  const holds = (tokens: readonly Token[]): boolean =>
    tokens.some(({ start, end }) => start <= offset && offset < end);
  if (word === 'Def') return holds(annotationsOf(head));
  const [colon] = simple ? outside(head, 'Colon') : [];
  if (colon === undefined) return false;
  const [equal = head.length] = outside(head, 'Equal');
  return holds(head.slice(colon + 1, equal));
}

/** Whether annotations are kept as text: `from __future__ import annotations`. */
export function hasFutureAnnotations(statements: readonly Statement[]): boolean {
  return statements.some(({ word, head }) => {
    const has = (wanted: string): boolean => head.some(({ name }) => name === wanted);
    return word === 'From' && has('__future__') && has('annotations');
  });
}

/** Whether the module runs text as code that may create names: `exec(text)`, or `exec(text, globals())` anywhere. */
export function runsText(statements: readonly Statement[]): boolean {
  return (
    within(statements).some((one) => runs(one, (given) => given.length === 1)) ||
    within(statements, true).some((one) => runs(one, givesModule))
  );
}

/** Whether a line calls `exec` with accepted arguments. */
function runs({ head }: Statement, accepts: (given: readonly Token[][]) => boolean): boolean {
  return head.some(({ name }, at) => {
    if (name !== 'exec' || head[at - 1]?.kind === 'Dot' || head[at + 1]?.kind !== 'Lpar')
      return false;
    const given = split(head.slice(at + 2, closing(head, at + 1)), 'Comma');
    return accepts(given.filter(({ length }) => length > 0));
  });
}

function givesModule([, namespace = []]: readonly Token[][]): boolean {
  return namespace.some(({ name }) => name === 'globals');
}
