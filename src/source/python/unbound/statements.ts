import type { Token } from '../tokens/tokens.ts';

/** `elif x:`, `except E as e:`, `case [a, b]:`, or the first part of a compound statement. */
export interface Clause {
  /** The keyword's kind: `If`, `Elif`, `Else`, `For`, `Try`, `Except`, `Def`, … */
  word: string;
  /** Between the keyword and the colon. */
  head: Token[];
  body: Statement[];
  start: number;
  /** Once somebody has asked for them. */
  effects?: Effects;
}

/** A simple statement has a head (all its tokens) and nothing else. */
export interface Statement extends Clause {
  simple: boolean;
  clauses: Clause[];
  /** Once somebody has asked for them. */
  changes?: ReadonlySet<string>;
}

/** What a statement, or the head of one, does to names, in this order. */
export interface Effects {
  reads: Token[];
  binds: string[];
  unbinds: string[];
  /** Those of `binds` that the same line may read already: `:=`, captures, earlier items of `with`. */
  early: string[];
}
