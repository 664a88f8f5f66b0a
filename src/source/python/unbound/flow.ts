// Follows all paths through a Python function, and records which names have a value on them.
import type { Statement } from './statements.ts';
import {
  anywhereIn,
  insideBranch,
  isWritten,
  joinedBranches,
  leaves,
  passedTry,
  repeatsTest,
  statesOf,
  type Way,
  withDoubts,
} from './certainty.ts';
import { boundIn, effectsOf } from './effects.ts';
import { haveCommonWord, isConstant, shareSubject, suppresses, wordsOf } from './guards.ts';
import {
  bind,
  type Maybe,
  merge,
  type PartialAssignment,
  type State,
  trust,
  unbind,
} from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';
import { partialAssignmentOf, testWords, type Walk, walkHead, walkSimple } from './walk-line.ts';

/** The state after a body; undefined if no path reaches its end. */
export function walkBody(walk: Walk, body: readonly Statement[], state: Maybe): Maybe {
  let now = state;
  for (const statement of body) {
    if (now === undefined) return undefined;
    now = walkStatement(walk, statement, now);
  }
  return now;
}

function walkStatement(walk: Walk, statement: Statement, state: State): Maybe {
  if (statement.simple) return walkSimple(walk, statement, state);
  // Of functions and classes, walk only the head: a function body runs later, and a class body has its own names.
  return (WALKS[statement.word] ?? walkHead)(walk, statement, state);
}

const WALKS: Record<string, typeof walkStatement> = {
  If: walkIf,
  Match: walkMatch,
  For: walkLoop,
  While: walkLoop,
  Try: walkTry,
  With: walkWith,
};

function walkIf(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = partialAssignmentOf(walk, statement);
  const tests = [statement, ...statement.clauses.filter(({ word }) => word === 'Elif')];
  const words = tests.map((test) => testWords(walk, test));
  const ways: Way[] = [];
  let before = state;
  for (const [index, test] of tests.entries()) {
    before = trust(walkHead(walk, test, before), words[index] ?? new Set());
    const never = isConstant(test.head, 'False') || isConstant(test.head, 'None');
    const end = walkBody(walk, test.body, never ? undefined : insideBranch(before));
    ways.push({ state: end, written: isWritten(test) });
    if (isConstant(test.head, 'True')) return merge(statesOf(ways), gap);
  }
  const last = statement.clauses.find(({ word }) => word === 'Else');
  // Correct code must get no finding, so assume that `if mode == 'a': … elif mode == 'b': …` covers all values.
  const [first = new Set<string>(), ...others] = words;
  const meantAll = others.length > 0 && others.every((other) => shareSubject(first, other));
  if (last !== undefined) {
    const end = walkBody(walk, last.body, insideBranch(before));
    ways.push({ state: end, written: isWritten(last) });
  } else if (!meantAll || ways.every((way) => way.state === undefined)) {
    ways.push({ state: insideBranch(before), written: tests.length === 1 });
  }
  return joinedBranches(state, ways, gap, repeatsTest(state, words));
}

function walkMatch(walk: Walk, statement: Statement, state: State): Maybe {
  const before = trust(walkHead(walk, statement, state), testWords(walk, statement));
  // Correct code must get no finding, so assume that the cases cover all values.
  const ways = statement.clauses.map((clause) => ({
    state: walkBody(walk, clause.body, insideBranch(walkHead(walk, clause, before))),
    written: isWritten(clause),
  }));
  return joinedBranches(state, ways, partialAssignmentOf(walk, statement));
}

function walkWith(walk: Walk, statement: Statement, state: State): Maybe {
  const entered = walkHead(walk, statement, state);
  if (!suppresses(statement)) return walkBody(walk, statement.body, entered);
  const raised = { state: undefined, gap: partialAssignmentOf(walk, statement) };
  const inner = { ...walk, raises: [raised] };
  const end = walkBody(inner, statement.body, entered);
  const ways = [
    { state: end, written: true },
    { state: raised.state && insideBranch(raised.state), written: true },
  ];
  return passedTry(entered, ways, raised.gap);
}

function walkLoop(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = partialAssignmentOf(walk, statement);
  const inner: Walk = { ...walk, breaks: [], continues: [] };
  const words = testWords(walk, statement);
  // Names that the body assigns are in doubt: an earlier iteration may have given them a value.
  const doubtful = [...boundIn(statement.body)].filter((name) => !state.assigned.has(name));
  const gaps = new Map([
    ...state.gaps,
    ...doubtful.map((name) => [name, state.gaps.get(name) ?? gap] as const),
  ]);
  const entered = trust(walkHead(walk, statement, { ...state, gaps }), words);
  const end = walkBody(inner, statement.body, insideBranch(entered));
  const again = merge([end, ...inner.continues], gap);
  const exhausted = afterLoop(statement, state, again, gap, inner.breaks.length > 0);
  const last = statement.clauses[0];
  const done = last === undefined ? exhausted : walkBody(walk, last.body, exhausted);
  const after = merge([done, ...inner.breaks], gap);
  const filters = leaves(statement.body);
  const doubts = { before: state, ways: [], bound: gap.words, filters, repeats: true };
  return after && withDoubts({ ...after, trusted: state.trusted }, doubts);
}

/** The state when a loop ends without `break`: after no iteration, or after the last one. */
function afterLoop(
  loop: Statement,
  before: State,
  afterIteration: Maybe,
  gap: PartialAssignment,
  breaks: boolean,
): Maybe {
  if (isConstant(loop.head, 'True', 'Int')) return undefined;
  // A loop with a `break` and a handler that returns or raises counts as a retry loop, which only its `break` ends.
  if (breaks && loop.body.some((one) => mayRaiseInHandler(one))) return undefined;
  const words = wordsOf(loop.head);
  // A loop with a `break` searches for something, so it is assumed to have items.
  const some =
    breaks || loop.word === 'While' || hasItems(loop.head) || haveCommonWord(words, before.tested);
  if (some && afterIteration !== undefined) return afterIteration;
  return merge([before, afterIteration], gap);
}

function mayRaiseInHandler(statement: Statement): boolean {
  return (
    statement.word === 'Try' &&
    statement.clauses.some(({ word, body }) => word === 'Except' && leaves(body))
  );
}

/** Whether the loop has at least one iteration: `for x in (1, 2)`, `[…]`, `range(3)`. */
function hasItems(head: readonly Token[]): boolean {
  const iterable = head.slice(head.findIndex(({ kind }) => kind === 'In') + 1);
  const [first] = iterable;
  if (first?.kind === 'Lpar' || first?.kind === 'Lsqb') return iterable.length > 2;
  // `split` with a separator never returns an empty list.
  const last = iterable.findLastIndex(({ kind }) => kind === 'Lpar');
  const splits = /^r?split$/.test(iterable[last - 1]?.name ?? '');
  if (splits && iterable.length > last + 2 && iterable.at(-1)?.kind === 'Rpar') return true;
  // Assume that a `range` has items, as nearly every `range` in a loop does.
  return first?.name === 'range' || first?.kind === 'String';
}

function walkTry(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = partialAssignmentOf(walk, statement);
  const clauses = (word: string) => statement.clauses.filter((clause) => clause.word === word);
  const raised: Walk['raises'][number] = { state: undefined, gap };
  const handlers = clauses('Except');
  const catchesAll = handlers.some(
    ({ head }) =>
      head.length === 0 || head.some(({ name }) => /^(Base)?Exception$/.test(name ?? '')),
  );
  const inner = { ...walk, raises: catchesAll ? [raised] : [...walk.raises, raised] };
  const tried = walkBody(inner, statement.body, state);
  const otherwise = clauses('Else')[0];
  const ended = otherwise === undefined ? tried : walkBody(walk, otherwise.body, tried);
  const inTry = raised.state ?? anywhereIn(statement, state, gap);
  const caught = handlers.map((handler) => ({
    state: walkHandler(walk, handler, insideBranch(inTry)),
    written: isWritten(handler),
  }));
  const after = passedTry(state, [{ state: ended, written: true }, ...caught], gap);
  const last = clauses('Finally')[0];
  if (last === undefined) return after;
  // If every path through the `try` returns or raises, all names count as assigned in `finally`: no state is known.
  const cleaned = walkBody(walk, last.body, after ?? bind(state, [...walk.locals]));
  // Handlers of outer `try` statements run after this `finally`, so the names that it binds are assigned there.
  const always = [...boundIn(last.body)];
  for (const outer of walk.raises) outer.state &&= bind(outer.state, always);
  return after === undefined ? undefined : cleaned;
}

function walkHandler(walk: Walk, handler: Statement, state: State): Maybe {
  const entered = walkHead(walk, handler, state);
  const end = walkBody(walk, handler.body, entered);
  // Python deletes the name of the exception at the end of its handler.
  return end === undefined ? undefined : unbind(end, effectsOf(handler).binds);
}
