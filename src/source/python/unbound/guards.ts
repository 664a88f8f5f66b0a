// Decides which Python tests ask about the same things, which calls never return, and what may raise.
import { isScope, type Statement, within } from './statements.ts';
import { closing, opens, type Token } from '../tokens/tokens.ts';

/** The words of a test: `flag`, `self.engine`, `response.ok`. Tests that share a word are assumed to agree. */
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
    // Skip functions such as `len(`, which are in many tests; keep methods such as `user.active(`.
    if (tokens[at + 1]?.kind !== 'Lpar' || word.includes('.')) words.add(word);
  }
  return words;
}

export function haveCommonWord(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const word of some) if (others.has(word)) return true;
  return false;
}

/** Whether two tests ask about the same object: `x.atom` and `x.expr` are both about `x`. */
export function shareSubject(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return haveCommonWord(subjects(some), subjects(others));
}

function subjects(words: ReadonlySet<string>): Set<string> {
  const first = [...words].map((word) => word.split('.')[0] ?? word);
  return new Set([...words, ...first.filter((word) => word !== 'self' && word !== 'cls')]);
}

/** For each assigned name, the words of its value: a test of `wanted = a or b` also tests `a` and `b`. */
export function derivedIn(body: readonly Statement[]): Map<string, ReadonlySet<string>> {
  const derived = new Map<string, ReadonlySet<string>>();
  for (const { head } of within(body)) {
    const name = head[0]?.name;
    if (name !== undefined && head[1]?.kind === 'Equal') {
      derived.set(name, new Set([...wordsOf(head.slice(2)), ...(derived.get(name) ?? [])]));
    }
  }
  return derived;
}

export function withDerived(
  words: ReadonlySet<string>,
  derived: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  return new Set([...words].flatMap((word) => [word, ...(derived.get(word) ?? [])]));
}

/** The words of all tests of a statement and of the statements inside it. */
export function testedIn(statement: Statement): Set<string> {
  const tests = within([statement]).filter((one) => !one.simple && !isScope(one));
  return new Set(tests.flatMap(({ head }) => [...wordsOf(head)]));
}

const ENDS =
  /^(exit|_exit|quit|abort|fail|skip|skipTest|xfail|die|bail|usage|assert_never|reraise|exec[lv]p?e?)$/;
const ENDS_BY_NAME = /^(raise|exit|fail|abort|die|reraise)_(?!for_status$)/;

/** Whether no path continues after this statement. `noReturn` are functions of the file that always raise. */
export function neverContinues({ word, head }: Statement, noReturn: ReadonlySet<string>): boolean {
  if (['Return', 'Raise', 'Break', 'Continue'].includes(word)) return true;
  // `assert 0` and `assert False` always raise.
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
  if (noReturn.has(name)) return true;
  // `parser.error(...)` of argparse exits; `logger.error(...)` returns.
  if (name === 'error') return /pars|^ap$/.test(dotted.at(-3)?.name ?? '');
  return ENDS.test(name) || ENDS_BY_NAME.test(name);
}

const HARMLESS =
  /^(print|len|isinstance|hasattr|bool|str|repr|list|dict|set|tuple|time|monotonic|perf_counter|now|utcnow|uuid4|getLogger|debug|info|warning|error|exception|log|append|add|super|defaultdict|Lock|Event|Queue)$/;

/** A method of such a name may do anything: `mailbox.set(folder)`, `client.list()`. */
const BUILTIN = /^(print|len|isinstance|hasattr|bool|str|repr|list|dict|set|tuple|super)$/;

/** Whether a function of this name always returns. */
export function isHarmlessCall(name: string): boolean {
  return HARMLESS.test(name);
}

/** Whether this code is likely to raise: calls, awaits, imports and subscripts, but not `x = self.y`. */
export function mayRaise(head: readonly Token[]): boolean {
  return head.some((token, at) => {
    const before = head[at - 1];
    if (token.kind === 'Lpar') {
      if (before?.name === undefined) return false;
      const method = head[at - 2]?.kind === 'Dot';
      return !HARMLESS.test(before.name) || (method && BUILTIN.test(before.name));
    }
    if (token.kind === 'Lsqb') return before?.name !== undefined || before?.kind === 'Rpar';
    return ['Await', 'Raise', 'Import', 'From', 'Yield', 'Assert'].includes(token.kind);
  });
}

/** Whether this `with` swallows exceptions of its body. */
export function suppresses({ head }: Statement): boolean {
  return head.some(({ name }) => name === 'suppress' || name === 'ignored');
}

export function isConstant(head: readonly Token[], ...kinds: string[]): boolean {
  return head.length === 1 && kinds.includes(head[0]?.kind ?? '');
}
