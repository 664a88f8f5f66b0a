import type { Clause, Statement } from './blocks.ts';
import { boundIn } from './bound-names.ts';
import { effectsOf } from './effects.ts';
import {
  isConstant,
  mayRaise,
  neverGoesOn,
  shareSubject,
  suppresses,
  testedIn,
  withDerived,
  wordsOf,
} from './guards.ts';
import { afterLoop } from './loops.ts';
import { bind, merge, readable, rejoin, trust, unbind } from './state.ts';
import type { Gap, Maybe, State } from './state.ts';
import type { Token } from './tokens.ts';

/** One walk through a function; `report` is called for each read of a name that may have no value. */
export interface Walk {
  locals: ReadonlySet<string>;
  returnless: ReadonlySet<string>;
  /** Words of the values that local names were given. */
  derived: ReadonlyMap<string, ReadonlySet<string>>;
  report(token: Token, gap: Gap | undefined): void;
  /** For each `try` around this point, what holds wherever its body may raise. */
  raises: { state: Maybe; gap: Gap }[];
  /** For the innermost loop. */
  breaks: Maybe[];
  continues: Maybe[];
}

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
  switch (statement.word) {
    case 'If':
      return walkIf(walk, statement, state);
    case 'Match':
      return walkMatch(walk, statement, state);
    case 'For':
    case 'While':
      return walkLoop(walk, statement, state);
    case 'Try':
      return walkTry(walk, statement, state);
    case 'With':
      return walkWith(walk, statement, state);
    default:
      // The body of a function runs later; that of a class has names of its own.
      return walkHead(walk, statement, state);
  }
}

/** Reads, binds and unbinds of one line or head. */
function walkHead(walk: Walk, clause: Clause, state: State): State {
  const { reads, binds, unbinds, early } = effectsOf(clause);
  if (mayRaise(clause.head)) noteRaise(walk, state);
  let now = state;
  const inline = clause.head.some(({ kind }) => kind === 'If' || kind === 'And' || kind === 'Or');
  // `x if flag else None`, `flag and x`: the guard stands in the line itself.
  const guarded = inline ? trust(state, asked(walk, clause)) : state;
  for (const token of reads) {
    const name = token.name ?? '';
    if (!walk.locals.has(name) || early.includes(name)) continue;
    if (readable(guarded, name) || readable(now, name)) continue;
    walk.report(token, state.gaps.get(name));
    // Once is enough: what follows would all be the same finding.
    now = { ...now, trusted: new Set([...now.trusted, name]) };
  }
  return bind(
    unbind(now, unbinds),
    binds.filter((name) => walk.locals.has(name)),
  );
}

function asked(walk: Walk, { head }: Clause): Set<string> {
  return withDerived(wordsOf(head), walk.derived);
}

function noteRaise(walk: Walk, state: State): void {
  for (const raised of walk.raises) raised.state = merge([raised.state, state], raised.gap);
}

function walkSimple(walk: Walk, statement: Statement, state: State): Maybe {
  const after = walkHead(walk, statement, state);
  if (statement.word === 'Break') walk.breaks.push(after);
  if (statement.word === 'Continue') walk.continues.push(after);
  if (neverGoesOn(statement, walk.returnless)) {
    noteRaise(walk, after);
    return undefined;
  }
  return statement.word === 'Assert' ? trust(after, asked(walk, statement)) : after;
}

function gapOf(walk: Walk, statement: Statement): Gap {
  const tested = testedIn(statement);
  for (const clause of statement.clauses) testedIn(clause, tested);
  const words = withDerived(tested, walk.derived);
  return { word: statement.word, start: statement.start, words: boundIn([statement], words) };
}

function walkIf(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = gapOf(walk, statement);
  const tests = [statement, ...statement.clauses.filter(({ word }) => word === 'Elif')];
  const words = tests.map((test) => asked(walk, test));
  const ends: Maybe[] = [];
  let before = state;
  for (const [index, test] of tests.entries()) {
    before = trust(walkHead(walk, test, before), words[index] ?? new Set());
    const never = isConstant(test.head, 'False') || isConstant(test.head, 'None');
    ends.push(walkBody(walk, test.body, never ? undefined : before));
    if (isConstant(test.head, 'True')) return merge(ends, gap);
  }
  const last = statement.clauses.find(({ word }) => word === 'Else');
  // `if mode == 'a': … elif mode == 'b': …` on one word is meant to name them all.
  const [first = new Set<string>(), ...others] = words;
  const meantAll = others.length > 0 && others.every((other) => shareSubject(first, other));
  if (last !== undefined) ends.push(walkBody(walk, last.body, before));
  else if (!meantAll || ends.every((end) => end === undefined)) ends.push(before);
  return rejoin(state, ends, gap);
}

function walkMatch(walk: Walk, statement: Statement, state: State): Maybe {
  const before = trust(walkHead(walk, statement, state), asked(walk, statement));
  // Cases are taken to be all there are: a subject that fits none is a fault of another kind.
  const ends = statement.clauses.map((clause) =>
    walkBody(walk, clause.body, walkHead(walk, clause, before)),
  );
  return rejoin(state, ends, gapOf(walk, statement));
}

function walkWith(walk: Walk, statement: Statement, state: State): Maybe {
  const entered = walkHead(walk, statement, state);
  if (!suppresses(statement)) return walkBody(walk, statement.body, entered);
  const raised = { state: undefined, gap: gapOf(walk, statement) };
  const inner = { ...walk, raises: [raised] };
  const end = walkBody(inner, statement.body, entered);
  return merge([end, raised.state], raised.gap);
}

function walkLoop(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = gapOf(walk, statement);
  const inner: Walk = { ...walk, breaks: [], continues: [] };
  const words = asked(walk, statement);
  // The second time around, names of the body may have a value: until a guard says so, they are in doubt.
  const doubtful = [...boundIn(statement.body)].filter((name) => !state.assigned.has(name));
  const gaps = new Map([
    ...state.gaps,
    ...doubtful.map((name) => [name, state.gaps.get(name) ?? gap] as const),
  ]);
  const entered = trust(walkHead(walk, statement, { ...state, gaps }), words);
  const end = walkBody(inner, statement.body, entered);
  const again = merge([end, ...inner.continues], gap);
  const exhausted = afterLoop(statement, state, again, gap, inner.breaks.length > 0);
  const last = statement.clauses[0];
  const done = last === undefined ? exhausted : walkBody(walk, last.body, exhausted);
  const after = merge([done, ...inner.breaks], gap);
  return after === undefined ? undefined : { ...after, trusted: state.trusted };
}

function walkTry(walk: Walk, statement: Statement, state: State): Maybe {
  const gap = gapOf(walk, statement);
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
  const caught = handlers.map((handler) => walkHandler(walk, handler, raised.state ?? state));
  const after = merge([ended, ...caught], gap);
  const last = clauses('Finally')[0];
  if (last === undefined) return after;
  // On the way out of a failure, one more name without a value only changes which error is shown.
  const cleaned = walkBody(walk, last.body, after ?? bind(state, [...walk.locals]));
  // Whoever catches further out comes after it.
  const always = [...boundIn(last.body)];
  for (const outer of walk.raises) outer.state &&= bind(outer.state, always);
  return after === undefined ? undefined : cleaned;
}

function walkHandler(walk: Walk, handler: Clause, state: State): Maybe {
  const entered = walkHead(walk, handler, state);
  const end = walkBody(walk, handler.body, entered);
  // Python deletes the name of the exception where its handler ends.
  return end === undefined ? undefined : unbind(end, effectsOf(handler).binds);
}
