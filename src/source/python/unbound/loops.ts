import type { Statement } from './statements.ts';
import { isConstant, share, wordsOf } from './guards.ts';
import { merge } from './assignments.ts';
import type { PartialAssignment, Maybe, State } from './assignments.ts';
import type { Token } from '../tokens/tokens.ts';

/** What holds when a loop ends by itself: after no round at all, or after its last. */
export function afterLoop(
  loop: Statement,
  before: State,
  again: Maybe,
  gap: PartialAssignment,
  breaks: boolean,
): Maybe {
  if (isConstant(loop.head, 'True', 'Int')) return undefined;
  // Tries until it works, and raises at the last: only the `break` leads out.
  if (breaks && loop.body.some((one) => givesUp(one))) return undefined;
  const words = wordsOf(loop.head);
  // A loop that is left by `break` is there to find something, so it is taken to have something to look at.
  const some =
    breaks || loop.word === 'While' || hasItems(loop.head) || share(words, before.tested);
  if (some && again !== undefined) return again;
  return merge([before, again], gap);
}

function givesUp(statement: Statement): boolean {
  return (
    statement.word === 'Try' &&
    statement.clauses.some(({ word, body }) => word === 'Except' && raisesSomewhere(body))
  );
}

function raisesSomewhere(body: readonly Statement[]): boolean {
  return body.some(
    (one) =>
      one.word === 'Raise' ||
      one.word === 'Return' ||
      [one, ...one.clauses].some((clause) => raisesSomewhere(clause.body)),
  );
}

/** `for x in (1, 2)`, `[…]`, `range(3)`: at least one round. */
function hasItems(head: readonly Token[]): boolean {
  const iterable = head.slice(head.findIndex(({ kind }) => kind === 'In') + 1);
  const [first] = iterable;
  if (first?.kind === 'Lpar' || first?.kind === 'Lsqb') return iterable.length > 2;
  // `"a.b".split(".")`: never empty, if it is told where to split.
  const last = iterable.findLastIndex(({ kind }) => kind === 'Lpar');
  const splits = /^r?split$/.test(iterable[last - 1]?.name ?? '');
  if (splits && iterable.length > last + 2 && iterable.at(-1)?.kind === 'Rpar') return true;
  // A count is by far most often a positive one.
  if (first?.name === 'range') return true;
  return first?.kind === 'String';
}
