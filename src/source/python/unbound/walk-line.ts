// Follows one line of a Python function: reports reads without a value, and binds names.
import type { Statement } from './statements.ts';
import { isCertain } from './certainty.ts';
import { changesOf } from './changed-objects.ts';
import { boundIn, effectsOf } from './effects.ts';
import { mayRaise, neverContinues, testedIn, withDerived, wordsOf } from './guards.ts';
import { bind, merge, readable, trust, unbind } from './assignments.ts';
import type { PartialAssignment, Maybe, State } from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';

/** The knowledge about one function during a walk through it, and the results so far. */
export interface Walk {
  locals: ReadonlySet<string>;
  noReturn: ReadonlySet<string>;
  /** The words of the values of local names; see `derivedIn`. */
  derived: ReadonlyMap<string, ReadonlySet<string>>;
  /** Called for each read of a name that may have no value. */
  report(token: Token, gap: PartialAssignment | undefined, certain: boolean): void;
  /** For each `try` around this point, the merged state of all points that may raise. */
  raises: { state: Maybe; gap: PartialAssignment }[];
  /** States at each `break` and `continue` of the innermost loop. */
  breaks: Maybe[];
  continues: Maybe[];
}

/** The state after a line or the head of a statement. */
export function walkHead(walk: Walk, clause: Statement, state: State): State {
  const { reads, binds, unbinds, early } = effectsOf(clause);
  if (mayRaise(clause.head)) noteRaise(walk, state);
  let now = state;
  const inline = clause.head.some(({ kind }) => kind === 'If' || kind === 'And' || kind === 'Or');
  // In `x if flag else None` and `flag and x`, a test in the same line guards the read of `x`.
  const guarded = inline ? trust(state, testWords(walk, clause)) : state;
  for (const token of reads) {
    const name = token.name ?? '';
    if (!walk.locals.has(name) || early.includes(name)) continue;
    if (readable(guarded, name) || readable(now, name)) continue;
    walk.report(token, state.gaps.get(name), isCertain(state, clause.head, token));
    // Trust the name now, so that it is reported once.
    now = { ...now, trusted: new Set([...now.trusted, name]) };
  }
  return bind(
    unbind(now, unbinds),
    binds.filter((name) => walk.locals.has(name)),
  );
}

export function testWords(walk: Walk, { head }: Statement): Set<string> {
  return withDerived(wordsOf(head), walk.derived);
}

function noteRaise(walk: Walk, state: State): void {
  for (const raised of walk.raises) raised.state = merge([raised.state, state], raised.gap);
}

export function walkSimple(walk: Walk, statement: Statement, state: State): Maybe {
  const after = walkHead(walk, statement, state);
  if (statement.word === 'Break') walk.breaks.push(after);
  if (statement.word === 'Continue') walk.continues.push(after);
  if (neverContinues(statement, walk.noReturn)) {
    noteRaise(walk, after);
    return undefined;
  }
  return statement.word === 'Assert' ? trust(after, testWords(walk, statement)) : after;
}

export function partialAssignmentOf(walk: Walk, statement: Statement): PartialAssignment {
  const words = withDerived(testedIn(statement), walk.derived);
  return {
    word: statement.word,
    start: statement.start,
    words: new Set([...words, ...boundIn([statement])]),
    changes: () => changesOf(statement),
  };
}
