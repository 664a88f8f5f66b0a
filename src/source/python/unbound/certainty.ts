import type { Statement } from './statements.ts';
import type { Clause } from './statements.ts';
import { isHarmlessCall, share } from './guards.ts';
import { merge, readable, rejoin } from './assignments.ts';
import type { PartialAssignment, Maybe, State } from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';

/**
 * A read surely fails where some path that the author wrote down leads to it without a value: the other side of
 * one `if`, a branch, a handler. It is in doubt where more has to come together that nobody wrote down:
 * - a loop that runs no round, or a name that an earlier round would have given;
 * - the missing `else` of an `elif` chain, which may be meant to name every case;
 * - a second statement that assigns the name under another test;
 * - a condition between the statement that may leave it out and the read: another `if` around it, or one that leaves;
 * - a `try` whose later lines may have raised as well;
 * - a branch that ends in a call which may never return: a function or method of one's own, `parser.error(…)`.
 */
export interface Way {
  state: Maybe;
  /** Whether the author wrote this path down, and it goes on. */
  written: boolean;
}

/** Assigned on some of the paths that lead here. */
export function isPartial(state: State, name: string): boolean {
  return state.gaps.has(name) && !state.assigned.has(name);
}

/** Inside a branch: what was partly assigned before it may go with its condition. */
export function conditional(state: State): State {
  if (state.gaps.size === 0) return state;
  return { ...state, doubted: new Set([...state.doubted, ...state.gaps.keys()]) };
}

interface Passed {
  before: State;
  ways: readonly Way[];
  /** The names that the statement assigns. */
  bound: ReadonlySet<string>;
  /** One of its branches leaves, so that not all who came get past it. */
  filters: boolean;
  /** What it asks was asked before. */
  repeats: boolean;
}

/** The state after a statement with branches, with the names that are in doubt there. */
export function withDoubts(after: Maybe, passed: Passed): Maybe {
  if (after === undefined || after.gaps.size === 0) return after;
  const doubted = [...after.gaps.keys()].filter((name) => inDoubt(name, passed));
  return { ...after, doubted: new Set(doubted) };
}

function inDoubt(name: string, { before, ways, bound, filters, repeats }: Passed): boolean {
  if (isPartial(before, name)) return bound.has(name) || filters || before.doubted.has(name);
  if (repeats) return true;
  return !ways.some(({ state, written }) => state !== undefined && written && fails(state, name));
}

function fails(state: State, name: string): boolean {
  if (readable(state, name)) return false;
  return !isPartial(state, name) || !state.doubted.has(name);
}

/** A body whose last line is a call of something unknown may never get past it. */
export function isWritten({ body }: Clause): boolean {
  const last = body.at(-1);
  return last === undefined || !last.simple || !isUnknownCall(last);
}

function isUnknownCall({ head }: Statement): boolean {
  const open = head.findIndex(({ kind }) => kind === 'Lpar');
  const called = head[0]?.kind === 'Await' ? head.slice(1, open) : head.slice(0, open);
  const plain = open > 0 && called.every(({ name, kind }) => name !== undefined || kind === 'Dot');
  if (!plain || head.at(-1)?.kind !== 'Rpar') return false;
  const names = called.flatMap(({ name }) => name ?? []);
  const method = names.at(-1) ?? '';
  if (MAY_LEAVE.test(method)) return !LOGGER.test(names.at(-2) ?? '');
  const own = names.length === 1 || names[0] === 'self' || names[0] === 'cls';
  return own && !isHarmlessCall(method);
}

const MAY_LEAVE = /fail|exit|abort|error|die|raise|usage|quit|fatal|critical|exception/;
const LOGGER = /log/i;

/** Whether one of these tests was asked on the way here. */
export function repeatsTest(before: State, words: readonly ReadonlySet<string>[]): boolean {
  return words.some((some) => share(some, before.tested));
}

/** Whether a body leaves the function anywhere. */
export function leaves(body: readonly Statement[]): boolean {
  return body.some(
    (one) =>
      one.word === 'Return' ||
      one.word === 'Raise' ||
      (one.word !== 'Def' &&
        one.word !== 'Class' &&
        [one, ...one.clauses].some((clause) => leaves(clause.body))),
  );
}

/** `x if a else b`, `a and x`, `[x for y in z]`: the line itself may not come to this read. */
function mayBeSkipped(head: readonly Token[], read: Token): boolean {
  return head.some(
    ({ kind, start }) =>
      kind === 'If' || kind === 'For' || ((kind === 'And' || kind === 'Or') && start < read.start),
  );
}

export function surely(state: State, head: readonly Token[], read: Token): boolean {
  const name = read.name ?? '';
  return !mayBeSkipped(head, read) && !(isPartial(state, name) && state.doubted.has(name));
}

/** The branches of a statement come together again. */
export function joinedBranches(
  before: State,
  ways: readonly Way[],
  gap: PartialAssignment,
  { repeats }: { repeats: boolean },
): Maybe {
  const ends = ways.map((way) => way.state);
  const filters = ends.includes(undefined);
  const after = rejoin(before, ends, gap);
  return withDoubts(after, { before, ways, bound: gap.words, filters, repeats });
}

/** Whoever gets past a `try` came by one of these; an exception that leaves is no condition. */
export function passedTry(before: State, ways: readonly Way[], gap: PartialAssignment): Maybe {
  const after = merge(
    ways.map((way) => way.state),
    gap,
  );
  return withDoubts(after, { before, ways, bound: gap.words, filters: false, repeats: false });
}
