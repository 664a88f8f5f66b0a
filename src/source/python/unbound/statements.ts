// Describes the statements and clauses of a Python file, and their effects on names.
import type { Token } from '../tokens/tokens.ts';

/** `elif x:`, `except E as e:`, `case [a, b]:`, or the first part of a compound statement. */
export interface Clause {
  /** The keyword's kind: `If`, `Elif`, `Else`, `For`, `Try`, `Except`, `Def`, … */
  word: string;
  /** The tokens between the keyword and the colon. */
  head: Token[];
  body: Statement[];
  start: number;
  /** Cache of `effectsOf`. */
  effects?: Effects;
}

/** A simple statement has only a head, with all its tokens. */
export interface Statement extends Clause {
  simple: boolean;
  clauses: Clause[];
  /** Cache of `changesOf`. */
  changes?: ReadonlySet<string>;
}

/** The effects of a statement or a head on names, in this order. */
export interface Effects {
  reads: Token[];
  binds: string[];
  unbinds: string[];
  /** Names of `binds` that the same line may read: `:=`, captures, earlier items of `with`. */
  early: string[];
}
