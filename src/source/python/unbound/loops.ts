// Decides which names have a value after a Python loop.
import type { Statement } from './statements.ts';
import { leaves } from './certainty.ts';
import { isConstant, haveCommonWord, wordsOf } from './guards.ts';
import { type Maybe, merge, type PartialAssignment, type State } from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';

/** The state when a loop ends without `break`: after no iteration, or after the last one. */
export function afterLoop(
  loop: Statement,
  before: State,
  afterIteration: Maybe,
  gap: PartialAssignment,
  breaks: boolean,
): Maybe {
  if (isConstant(loop.head, 'True', 'Int')) return undefined;
  // A retry loop raises after its last try, so only its `break` leads out.
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
  // The count of a `range` is nearly always positive.
  if (first?.name === 'range') return true;
  return first?.kind === 'String';
}
