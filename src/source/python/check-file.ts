// Finds the errors of one Python file: ruff's syntax and name errors, and names without a value.
import { type Diagnostic, PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import type { Finding } from '../../deploy/ports/ports.ts';
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import { beyondCompiler } from './compiler-limits.ts';
import { emptyOnOverflow } from './evaluated-names.ts';
import { tokensOf } from './ruff-tokens.ts';
import { byPlace, lineStarts, place } from './tokens/places.ts';
import type { Token } from './tokens/tokens.ts';
import { findUnbound, type Unbound } from './unbound/unbound.ts';
import { ACCEPTED, nameLevels, undefinedName } from './undefined-names.ts';

/**
 * ruff's rules for errors that Python refuses to compile (E9, F70x, F40x, F62x, PLE01xx, PLE1xxx), and for names that
 * fail when the line runs (F821 undefined, F823 used before assignment, TC004 imported only for type checkers).
 */
const RULES =
  'E9 F70 F404 F406 F407 F621 F622 F821 F823 TC004 PLE0115 PLE0117 PLE0118 PLE1142 PLE1700'.split(
    ' ',
  );

export type FileCheck = (path: string, source: string) => Finding[];

/** `target` is ruff's name for the oldest Python the service runs on: `py311`. */
export function createFileCheck(target: string): FileCheck {
  const settings = { 'target-version': target, lint: { select: RULES } };
  const workspace = new Workspace(settings, PositionEncoding.Utf16);
  return (path, source) => {
    const diagnostics: Diagnostic[] = workspace.check(source);
    const found = diagnostics.map((one) => fromRuff(path, one));
    // After a syntax error, other findings are unreliable.
    if (found.some(({ code }) => code === 'syntax')) return found;
    const tokens = tokensOf(source);
    const real = withHints(realOf(found, source, tokens, target), tokens);
    const limit = beyondCompiler(tokens, source);
    if (limit !== undefined) {
      const at = place(lineStarts(source), limit.start);
      return [...real, cannotRead(path, at, limit.message)].toSorted(byPlace);
    }
    const at = new Set(real.map(({ line, column }) => `${line}:${column}`));
    const more = unbound(path, source, tokens).filter(
      ({ line, column }) => !at.has(`${line}:${column}`),
    );
    return [...real, ...more].toSorted(byPlace);
  };
}

/** The findings without those about names that may exist, with their level. */
function realOf(
  found: readonly Finding[],
  source: string,
  tokens: readonly Token[],
  target: string,
): Finding[] {
  if (found.length === 0) return [];
  const levelOf = nameLevels(source, tokens, target === 'py314');
  return found.flatMap((one) => {
    const level = levelOf(one);
    return level === undefined ? [] : [{ ...one, level }];
  });
}

/** The finding for a place at which Python refuses the file. */
export function cannotRead(
  path: string,
  { line, column }: { line: number; column: number },
  why: string,
): Finding {
  const message = `Python cannot read this: ${why}`;
  return { path, line, column, code: 'syntax', message, level: 'error' };
}

function fromRuff(path: string, { code, message, start_location: at }: Diagnostic): Finding {
  const where = { path, line: at.row, column: at.column, level: 'error' } as const;
  if (code === 'TC004') return { ...where, code, message: forTypesOnly(message) };
  if (code !== null && code !== 'invalid-syntax') return { ...where, code, message };
  const said = message.charAt(0).toLowerCase() + message.slice(1);
  return { ...where, code: 'syntax', message: `syntax error: ${said}` };
}

/** ruff says "Move import `decimal.Decimal` out of type-checking block", which tells nobody what happens. */
function forTypesOnly(message: string): string {
  const name = /`.*`/.exec(message)?.[0] ?? 'a name';
  return `${name} is imported only for type checkers, but the program uses it, which raises NameError`;
}

/** Adds a hint to each finding about an undefined name: the most similar name in the file that is not an attribute. */
function withHints(found: readonly Finding[], tokens: readonly Token[]): Finding[] {
  const unknown = found.flatMap((one) => undefinedName(one) ?? []);
  if (unknown.length === 0) return [...found];
  const known = new Set<string>();
  for (const [at, { name }] of tokens.entries())
    if (name !== undefined && tokens[at - 1]?.kind !== 'Dot') known.add(name);
  for (const name of unknown) known.delete(name);
  return found.map((one) => {
    const name = undefinedName(one);
    const near = name === undefined ? undefined : nearestWord(name, [...known]);
    return near === undefined ? one : { ...one, message: `${one.message}. Did you mean ${near}?` };
  });
}

function unbound(path: string, source: string, tokens: readonly Token[]): Finding[] {
  const found = emptyOnOverflow(() => findUnbound(tokens));
  if (found.length === 0) return [];
  const [starts, lines] = [lineStarts(source), source.split('\n')];
  return found
    .map((one) => ({
      ...place(starts, one.start),
      path,
      code: 'possibly-unbound',
      level: one.certain ? ('error' as const) : ('warning' as const),
      message: describeUnbound(one, starts),
    }))
    .filter(({ line }) => !ACCEPTED.test(lines[line - 1] ?? ''));
}

/** Completes "is assigned only … of line 17". */
const WHERE_ASSIGNED: Record<string, string> = {
  If: 'in some branches of the if',
  Try: 'on some paths through the try',
  For: 'inside the for',
  While: 'inside the while',
  With: 'inside the with',
  Match: 'in some cases of the match',
};

function describeUnbound({ name, because }: Unbound, starts: number[]): string {
  if (because === undefined)
    return `${name} has no value here, so this line raises UnboundLocalError`;
  const { line } = place(starts, because.start);
  const where = WHERE_ASSIGNED[because.word] ?? 'on some paths through the statement';
  return `${name} is assigned only ${where} of line ${line}, so this line can raise UnboundLocalError. Check the indentation.`;
}
