// Describes the statements and clauses of a Python file, and their effects on names.
import type { Token } from '../tokens/tokens.ts';

/** One part of a compound statement: `elif x:`, `except E as e:`, `case [a, b]:`, or its first part. */
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

/** A statement. A simple one has only a head, which contains all its tokens. */
export interface Statement extends Clause {
  simple: boolean;
  clauses: Clause[];
  /** Cache of `changesOf`. */
  changes?: ReadonlySet<string>;
}

/** What a statement or a clause's head does with names: first it reads, then it binds, then it unbinds. */
export interface Effects {
  reads: Token[];
  binds: string[];
  unbinds: string[];
  /** Names of `binds` that the same line may read: `:=`, captures, earlier items of `with`. */
  early: string[];
}
