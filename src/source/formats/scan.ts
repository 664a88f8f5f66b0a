// Matches a regular expression (with the flag `y`) at one offset of a text.

/** The match at `at` and its groups; empty if the pattern does not match there. */
export function match(pattern: RegExp, text: string, at: number): (string | undefined)[] {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? [];
}

/** The offset after the match; `at` if the pattern does not match there. */
export function after(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)[0]?.length ?? 0);
}
