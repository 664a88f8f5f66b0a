// Decides whether a read of a name certainly fails on some path, or only may fail.
import { type Statement, within } from './statements.ts';
import { boundIn } from './effects.ts';
import { isHarmlessCall, haveCommonWord } from './guards.ts';
import { merge, readable, rejoin } from './assignments.ts';
import type { PartialAssignment, Maybe, State } from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';

/**
 * One path through a statement with branches. A read certainly fails if a path that the code spells out leads to it
 * without a value: the other side of one `if`, a branch, a handler. It is in doubt if the path is only implied:
 * - a loop without iterations, or a name that an earlier iteration assigns;
 * - the missing `else` of an `elif` chain, which may name all cases;
 * - a second statement that assigns the name under another test;
 * - a condition between the partial assignment and the read: an `if` around the read, or a branch that returns;
 * - a `try` whose later lines may raise;
 * - a branch that ends in a call that may never return, such as `parser.error(…)`.
 */
export interface Way {
  state: Maybe;
  /** Whether the code spells out this path, and it does not end in a call that may never return. */
  written: boolean;
}

export const statesOf = (ways: readonly Way[]): Maybe[] => ways.map(({ state }) => state);

/** Whether only some paths to this point assign the name. */
export function isPartial(state: State, name: string): boolean {
  return state.gaps.has(name) && !state.assigned.has(name);
}

/** The state inside a branch. Names that only some earlier paths assign are in doubt: the test may imply a value. */
export function insideBranch(state: State): State {
  if (state.gaps.size === 0) return state;
  return { ...state, doubted: new Set([...state.doubted, ...state.gaps.keys()]) };
}

interface Passed {
  before: State;
  ways: readonly Way[];
  /** The names that the statement assigns. */
  bound: ReadonlySet<string>;
  /** Whether a branch of the statement leaves the function or loop. */
  filters?: boolean;
  /** Whether a test before the statement asked about the same words. */
  repeats?: boolean;
}

/** Decides which names are in doubt after a statement, so that a read of them is a warning and not an error. */
export function withDoubts(after: Maybe, passed: Passed): Maybe {
  if (after === undefined || after.gaps.size === 0) return after;
  const doubted = [...after.gaps.keys()].filter((name) => inDoubt(name, passed));
  return { ...after, doubted: new Set(doubted) };
}

function inDoubt(
  name: string,
  { before, ways, bound, filters = false, repeats = false }: Passed,
): boolean {
  if (isPartial(before, name)) return bound.has(name) || filters || before.doubted.has(name);
  if (repeats) return true;
  return !ways.some(({ state, written }) => state !== undefined && written && fails(state, name));
}

function fails(state: State, name: string): boolean {
  if (readable(state, name)) return false;
  return !isPartial(state, name) || !state.doubted.has(name);
}

/** False if the body ends in a call that may never return, such as `parser.error(…)`. */
export function isWritten({ body }: Statement): boolean {
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

/** Whether an earlier test on this path asked about the words of one of these tests. */
export function repeatsTest(before: State, words: readonly ReadonlySet<string>[]): boolean {
  return words.some((some) => haveCommonWord(some, before.tested));
}

/** Whether a body contains a `return` or `raise`. */
export function leaves(body: readonly Statement[]): boolean {
  return within(body).some(({ word }) => word === 'Return' || word === 'Raise');
}

/** Whether the line may skip this read: `x if a else b`, `a and x`, `[x for y in z]`. */
function mayBeSkipped(head: readonly Token[], read: Token): boolean {
  return head.some(
    ({ kind, start }) =>
      kind === 'If' || kind === 'For' || ((kind === 'And' || kind === 'Or') && start < read.start),
  );
}

export function isCertain(state: State, head: readonly Token[], read: Token): boolean {
  const name = read.name ?? '';
  return !mayBeSkipped(head, read) && !(isPartial(state, name) && state.doubted.has(name));
}

/** The state after the branches of an `if` or `match`. */
export function joinedBranches(
  before: State,
  ways: readonly Way[],
  gap: PartialAssignment,
  repeats = false,
): Maybe {
  const ends = statesOf(ways);
  const filters = ends.includes(undefined);
  const after = rejoin(before, ends, gap);
  return withDoubts(after, { before, ways, bound: gap.words, filters, repeats });
}

/** The state after a `try`. Unlike a branch that returns, an exception that leaves the `try` puts no names in doubt. */
export function passedTry(before: State, ways: readonly Way[], gap: PartialAssignment): Maybe {
  return withDoubts(merge(statesOf(ways), gap), { before, ways, bound: gap.words });
}

/** The state in a handler if no line of the `try` looks as if it raised: any name that the `try` binds is in doubt. */
export function anywhereIn({ body }: Statement, state: State, gap: PartialAssignment): State {
  const bound = [...boundIn(body)].filter((name) => !state.assigned.has(name));
  return { ...state, gaps: new Map([...state.gaps, ...bound.map((name) => [name, gap] as const)]) };
}
