// Describes a token of a Python file, and finds brackets, lambdas and separators among tokens.

/** `kind` is ruff's name: `Identifier`, `If`, `Lpar`, `Newline`, `Indent`, … */
export interface Token {
  kind: string;
  /** Offsets in UTF-16 units. */
  start: number;
  end: number;
  /** Set for names: also for `match`, `case` and `type` where they are no keywords. */
  name: string | undefined;
}

export function opens(token: Token | undefined): boolean {
  const kind = token?.kind;
  return kind === 'Lpar' || kind === 'Lsqb' || kind === 'Lbrace';
}

export function closes(token: Token | undefined): boolean {
  const kind = token?.kind;
  return kind === 'Rpar' || kind === 'Rsqb' || kind === 'Rbrace';
}

/** The index of the bracket that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (opens(tokens[at])) depth++;
    else if (closes(tokens[at]) && --depth === 0) return at;
  }
  return tokens.length;
}

/** The index of the last token of a lambda. A comma, an `=`, a comprehension's `for` or the end of `tokens` follows. */
export function endOfLambda(tokens: readonly Token[], lambda: number): number {
  let at = lambda + 1;
  for (let colon = false; at < tokens.length; at++) {
    const kind = tokens[at]?.kind;
    if (opens(tokens[at])) at = closing(tokens, at);
    else if (colon && (kind === 'Comma' || kind === 'For' || kind === 'Equal')) return at - 1;
    else if (kind === 'Colon') colon = true;
  }
  return at;
}

/** The indices of tokens of this kind, outside brackets and lambdas. */
export function outside(tokens: readonly Token[], wanted: string | RegExp): number[] {
  const found: number[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'Lambda') at = endOfLambda(tokens, at);
    else if (opens(token)) at = closing(tokens, at);
    else if (
      token &&
      (token.kind === wanted || (wanted instanceof RegExp && wanted.test(token.kind)))
    )
      found.push(at);
  }
  return found;
}

/** Splits tokens at the given indices, and drops the tokens there. */
export function cut(tokens: readonly Token[], places: readonly number[]): Token[][] {
  const edges = [-1, ...places, tokens.length];
  return edges.slice(1).map((edge, index) => tokens.slice((edges[index] ?? -1) + 1, edge));
}

/** Splits tokens at those of one kind, outside brackets and lambdas. */
export function split(tokens: readonly Token[], kind: string): Token[][] {
  return cut(tokens, outside(tokens, kind));
}
