import type { Statement } from './statements.ts';
import type { Clause } from './statements.ts';
import { closing, opens } from '../tokens/tokens.ts';
import type { Token } from '../tokens/tokens.ts';

/**
 * What a test asks about: `flag`, `self.engine`, `response.ok`. People guard the use of a name with the
 * same words that guarded its assignment, so two tests that share a word are taken to agree.
 */
export function wordsOf(tokens: readonly Token[]): Set<string> {
  const words = new Set<string>();
  for (let at = 0; at < tokens.length; at++) {
    const first = tokens[at]?.name;
    if (first === undefined || tokens[at - 1]?.kind === 'Dot') continue;
    let word = first;
    while (tokens[at + 1]?.kind === 'Dot' && tokens[at + 2]?.name !== undefined) {
      word += `.${tokens[at + 2]?.name}`;
      at += 2;
    }
    // `len(` and `isinstance(` are in every test; `user.active(` says something.
    if (tokens[at + 1]?.kind !== 'Lpar' || word.includes('.')) words.add(word);
  }
  return words;
}

export function share(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const word of some) if (others.has(word)) return true;
  return false;
}

/** The same with what the words belong to: `x.atom` and `x.expr` are both about x. */
export function shareSubject(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return share(subjects(some), subjects(others));
}

function subjects(words: ReadonlySet<string>): Set<string> {
  const first = [...words].map((word) => word.split('.')[0] ?? word);
  return new Set([...words, ...first.filter((word) => word !== 'self' && word !== 'cls')]);
}

/** `wanted = a or b` makes a test of `wanted` one of `a` and `b` too. */
export function derivedIn(
  body: readonly Statement[],
  derived = new Map<string, ReadonlySet<string>>(),
): Map<string, ReadonlySet<string>> {
  for (const { word, head, body: inner, clauses } of body) {
    const name = head[0]?.name;
    if (name !== undefined && head[1]?.kind === 'Equal') {
      derived.set(name, new Set([...wordsOf(head.slice(2)), ...(derived.get(name) ?? [])]));
    }
    if (word === 'Def' || word === 'Class') continue;
    for (const block of [inner, ...clauses.map((clause) => clause.body)]) derivedIn(block, derived);
  }
  return derived;
}

export function withDerived(
  words: ReadonlySet<string>,
  derived: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  return new Set([...words].flatMap((word) => [word, ...(derived.get(word) ?? [])]));
}

/** Every word asked about in the tests of a statement and of those inside it. */
export function testedIn(clause: Clause, words = new Set<string>()): Set<string> {
  if (clause.word !== 'Def' && clause.word !== 'Class') {
    if (!('simple' in clause && clause.simple === true)) {
      for (const word of wordsOf(clause.head)) words.add(word);
    }
    for (const statement of clause.body) {
      for (const part of [statement, ...statement.clauses]) testedIn(part, words);
    }
  }
  return words;
}

const ENDS =
  /^(exit|_exit|quit|abort|fail|skip|skipTest|xfail|die|bail|usage|assert_never|reraise|exec[lv]p?e?)$/;
const ENDS_BY_NAME = /^(raise|exit|fail|abort|die|reraise)_(?!for_status$)/;

/** Does this statement never go on? `returnless` are functions of this file that always raise. */
export function neverGoesOn({ word, head }: Statement, returnless: ReadonlySet<string>): boolean {
  if (['Return', 'Raise', 'Break', 'Continue'].includes(word)) return true;
  // `assert 0` and `assert False`, with a message or without.
  if (word === 'Assert') {
    return ['False', 'Int'].includes(head[1]?.kind ?? '') && (head[2]?.kind ?? 'Comma') === 'Comma';
  }
  const from = word === 'Await' ? 1 : 0;
  const open = head.findIndex((token) => opens(token));
  const call = head[open]?.kind === 'Lpar' && closing(head, open) === head.length - 1;
  const dotted = head.slice(from, open);
  if (!call || dotted.some((token) => token.name === undefined && token.kind !== 'Dot'))
    return false;
  const name = dotted.at(-1)?.name ?? '';
  if (returnless.has(name)) return true;
  // argparse: `parser.error(...)` exits, while `logger.error(...)` is where this bug hides.
  if (name === 'error') return /pars|^ap$/.test(dotted.at(-3)?.name ?? '');
  return ENDS.test(name) || ENDS_BY_NAME.test(name);
}

const HARMLESS =
  /^(print|len|isinstance|hasattr|bool|str|repr|list|dict|set|tuple|time|monotonic|perf_counter|now|utcnow|uuid4|getLogger|debug|info|warning|error|exception|log|append|add|super|defaultdict|Lock|Event|Queue)$/;

/** A call that always comes back. */
export function isHarmlessCall(name: string): boolean {
  return HARMLESS.test(name);
}

/** May this code raise? Only what often does: calls, awaits, imports, subscripts; not `x = self.y`. */
export function mayRaise(head: readonly Token[]): boolean {
  return head.some((token, at) => {
    const before = head[at - 1];
    if (token.kind === 'Lpar') return before?.name !== undefined && !HARMLESS.test(before.name);
    if (token.kind === 'Lsqb') return before?.name !== undefined || before?.kind === 'Rpar';
    return ['Await', 'Raise', 'Import', 'From', 'Yield', 'Assert'].includes(token.kind);
  });
}

/** Does this `with` swallow what its body raises? */
export function suppresses({ head }: Clause): boolean {
  return head.some(({ name }) => name === 'suppress' || name === 'ignored');
}

export function isConstant(head: readonly Token[], ...kinds: string[]): boolean {
  return head.length === 1 && kinds.includes(head[0]?.kind ?? '');
}
