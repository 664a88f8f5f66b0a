// Describes the statements of a Python file and their effects on names, and goes through nested ones.
import type { Token } from '../tokens/tokens.ts';

/** A statement, or one of its clauses: `elif x:`, `except E as e:`, `case [a, b]:`. */
export interface Statement {
  /** ruff's token kind of the keyword: `If`, `Elif`, `Else`, `For`, `Try`, `Except`, `Def`, … */
  word: string;
  /** The tokens between the keyword and the colon; all tokens of a simple statement. */
  head: Token[];
  body: Statement[];
  start: number;
  /** True for a statement that never has a body: `x = 1`, `return`. */
  simple: boolean;
  /** The parts after the first one: `elif`, `else`, `except`, `finally`; all cases of a `match`. */
  clauses: Statement[];
  /** Cache of `effectsOf`. */
  effects?: Effects;
  /** Cache of `changesOf`. */
  changes?: ReadonlySet<string>;
}

/** What a statement or a clause's head does with names: first it reads, then it binds, then it unbinds. */
export interface Effects {
  reads: Token[];
  binds: string[];
  unbinds: string[];
  /** Names of `binds` that the same line may read: of `:=`, of patterns in `case`, of earlier items of `with`. */
  early: string[];
}

export function isScope({ word }: Statement): boolean {
  return word === 'Def' || word === 'Class';
}

/** All statements and clauses at any depth, in the order of the file. `deep` enters inner functions and classes too. */
export function within(
  body: readonly Statement[],
  deep = false,
  found: Statement[] = [],
): Statement[] {
  for (const statement of body) {
    found.push(statement);
    if (!deep && isScope(statement)) continue;
    within(statement.body, deep, found);
    within(statement.clauses, deep, found);
  }
  return found;
}
