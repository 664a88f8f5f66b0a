// Decides which names a Python statement reads, binds and unbinds.
import { parametersOf } from './parameters.ts';
import { type Effects, type Statement, within } from './statements.ts';
import {
  closes,
  closing,
  cut,
  endOfLambda,
  opens,
  outside,
  split,
  type Token,
} from '../tokens/tokens.ts';

/** Matches ruff's token kinds of `+=`, `-=` and so on, but not of comparisons and `:=`. */
export const UPDATE = /^(?!Not|Less|Greater|Eq|Colon)\w+Equal$/;

/** The effects of a statement or clause. Cached in it, because every block around it asks for them. */
export function effectsOf(clause: Statement): Effects {
  return (clause.effects ??= readEffects(clause));
}

/** The names that a block binds, without those that functions and classes inside it bind. */
export function boundIn(body: readonly Statement[]): Set<string> {
  return new Set(within(body).flatMap((one) => effectsOf(one).binds));
}

function readEffects({ word, head }: Statement): Effects {
  const effects: Effects = { reads: [], binds: [], unbinds: [], early: [] };
  if (word === 'For') forHead(head, effects);
  else if (word === 'With') withHead(head, effects);
  else if (word === 'Except') exceptHead(head, effects);
  else if (word === 'Case') caseHead(head, effects);
  else if (word === 'Def' || word === 'Class') scopeHead(word, head, effects);
  else if (word === 'Import' || word === 'From') importNames(head, effects);
  else if (word === 'Del') deleteNames(head, effects);
  else if (word === 'Type') bindName(head[1], effects);
  else recordAssignment(head, effects);
  return effects;
}

/** Python evaluates default values and base classes at once, but not the bodies. */
function scopeHead(word: string, head: Token[], effects: Effects): void {
  if (word === 'Def') for (const { value } of parametersOf(head)) recordExpression(value, effects);
  else if (head[1]?.kind === 'Lpar') recordExpression(head.slice(1), effects);
  bindName(head[0], effects);
}

/** `del x` fails without a value, as a read does. */
function deleteNames(head: Token[], effects: Effects): void {
  recordTarget(head.slice(1), effects, effects.unbinds);
  const deleted = head.filter(({ name }) => effects.unbinds.includes(name ?? ''));
  effects.reads.push(...deleted);
}

function bindName(token: Token | undefined, effects: Effects): void {
  if (token?.name !== undefined) effects.binds.push(token.name);
}

function bindEarly(name: string, effects: Effects): void {
  effects.binds.push(name);
  effects.early.push(name);
}

function recordAssignment(head: Token[], effects: Effects): void {
  const [colon] = outside(head, 'Colon');
  const [update] = outside(head, UPDATE);
  const equals = outside(head, 'Equal');
  if (update !== undefined) {
    recordExpression(head, effects);
    recordTarget(head.slice(0, update), { ...effects, reads: [] }, effects.binds);
  } else if (colon !== undefined) {
    // Python does not evaluate annotations of local names. Without a value they bind nothing.
    if (equals[0] === undefined) return;
    recordExpression(head.slice(equals[0] + 1), effects);
    recordTarget(head.slice(0, colon), effects, effects.binds);
  } else {
    const parts = cut(head, equals);
    recordExpression(parts.pop() ?? [], effects);
    for (const part of parts) recordTarget(part, effects, effects.binds);
  }
}

/** Records the effects of an assignment's target: `a, (b, *c)` binds names; `a.b` and `a[i]` read `a`. */
function recordTarget(tokens: Token[], effects: Effects, bound: string[]): void {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    const applied = before?.name !== undefined || closes(before);
    if (opens(token) && applied) {
      const end = closing(tokens, at);
      recordExpression(tokens.slice(at, end + 1), effects);
      at = end;
    } else if (token?.name !== undefined && before?.kind !== 'Dot') {
      if (after?.kind === 'Dot' || opens(after)) effects.reads.push(token);
      else bound.push(token.name);
    }
  }
}

/** Records the names that an expression reads or binds by `:=`. Skips bodies of lambdas, because they run later. */
function recordExpression(
  tokens: readonly Token[],
  effects: Effects,
  hidden: ReadonlySet<string> = new Set(),
): void {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) return;
    if (opens(token)) {
      const end = closing(tokens, at);
      const inside = tokens.slice(at + 1, end);
      const call = token.kind === 'Lpar';
      recordExpression(
        call ? withoutKeywords(inside) : inside,
        effects,
        withComprehensionNames(inside, hidden),
      );
      at = end;
    } else if (token.kind === 'Lambda') at = endOfLambda(tokens, at);
    else if (token.name !== undefined) {
      const before = tokens[at - 1]?.kind;
      // Attributes (`x.name`), conversions (`{x!r}`) and names of an inner scope read no variable of the function.
      if (before === 'Dot' || before === 'Exclamation' || hidden.has(token.name)) continue;
      if (tokens[at + 1]?.kind !== 'ColonEqual') effects.reads.push(token);
      else bindEarly(token.name, effects);
    }
  }
}

/** Removes the names of keyword arguments: `f(key=value)` → `f(value)`. */
function withoutKeywords(tokens: Token[]): Token[] {
  const equals = outside(tokens, 'Equal');
  const keywords = new Set(equals.map((at) => at - 1));
  return keywords.size === 0 ? tokens : tokens.filter((_, at) => !keywords.has(at));
}

/** Adds the local names of a comprehension in this bracket to `hidden`. */
function withComprehensionNames(inside: Token[], hidden: ReadonlySet<string>): ReadonlySet<string> {
  const loops = outside(inside, 'For');
  if (loops.length === 0) return hidden;
  const own: Effects = { reads: [], binds: [], unbinds: [], early: [] };
  for (const loop of loops) {
    const end = inside.findIndex((token, at) => at > loop && token.kind === 'In');
    recordTarget(inside.slice(loop + 1, end === -1 ? undefined : end), own, own.binds);
  }
  return new Set([...hidden, ...own.binds]);
}

function forHead(head: Token[], effects: Effects): void {
  const [at = head.length] = outside(head, 'In');
  recordExpression(head.slice(at + 1), effects);
  recordTarget(head.slice(0, at), effects, effects.binds);
}

function withHead(head: Token[], effects: Effects): void {
  const wrapped = head[0]?.kind === 'Lpar' && closing(head, 0) === head.length - 1;
  const items = wrapped ? head.slice(1, -1) : head;
  for (const item of split(items, 'Comma')) {
    const [value = [], as = []] = split(item, 'As');
    recordExpression(value, effects);
    recordTarget(as, effects, effects.binds);
    effects.early.push(...effects.binds);
  }
}

function exceptHead(head: Token[], effects: Effects): void {
  const [types = [], as = []] = split(head, 'As');
  recordExpression(types, effects);
  bindName(as[0], effects);
}

/** Records the effects of a `case`: a bare name in its pattern is bound; `Class(...)`, `a.b` and `key=` are not. */
function caseHead(head: Token[], effects: Effects): void {
  const [guard = head.length] = outside(head, 'If');
  for (let at = 0; at < guard; at++) {
    const after = head[at + 1]?.kind;
    const captures = head[at - 1]?.kind !== 'Dot' && after !== 'Dot';
    const name = head[at]?.name;
    if (captures && name !== undefined && after !== 'Lpar' && after !== 'Equal') {
      bindEarly(name, effects);
    }
  }
  recordExpression(head.slice(guard + 1), effects);
}

function importNames(head: Token[], effects: Effects): void {
  const from = head.findIndex((token) => token.kind === 'Import');
  const names = head.slice(from + 1).filter((token) => !opens(token) && !closes(token));
  for (const part of split(names, 'Comma')) {
    const as = part.findIndex((token) => token.kind === 'As');
    bindName(part[as === -1 ? 0 : as + 1], effects);
  }
}
