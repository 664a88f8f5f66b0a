// Matches one pattern of an ignore file against a path, as git does, in bounded time.

/** Compares byte by byte as git does. Not a regular expression: a hostile pattern could make one run forever. */
export type Wildcard = (name: string, budget?: Budget) => boolean;

/** Steps left for all patterns of one path. Below zero, matching was stopped, and its result must not be used. */
export interface Budget {
  steps: number;
}

type Fits = (byte: string) => boolean;

interface Token {
  fits: Fits;
  // `any`: any number of bytes that fit. `folders`: `**/`, any number of folders with their slashes.
  repeats?: 'any' | 'folders';
}

const notSlash: Fits = (byte) => byte !== '/';
const anything: Fits = () => true;

/** With `paths`, the pattern matches paths, and only `/` and `**` match a `/`. Without it, it matches file names. */
export function wildcard(pattern: string, { paths }: { paths: boolean }): Wildcard {
  const special = pattern.search(/[*?[\\]/);
  if (special === -1) return (name) => name === pattern;
  const suffix = pattern.slice(1);
  if (!paths && pattern.startsWith('*') && !/[*?[\\]/.test(suffix)) {
    return (name) => name.endsWith(suffix);
  }
  // As in git, the text before the first special character is compared literally, and the rest is a new pattern.
  // So in `a**/b`, the `**` is at the start of a pattern, and matches whole folders.
  const [prefix, rest] = paths
    ? [pattern.slice(0, special), pattern.slice(special)]
    : ['', pattern];
  const tokens = tokenize(bytes(rest), paths);
  return (name, budget = { steps: Infinity }) =>
    name.startsWith(prefix) && matches(tokens, bytes(name.slice(prefix.length)), budget);
}

/** One character for each byte, because `?` matches one byte in git. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function tokenize(pattern: string, paths: boolean): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const byte = pattern.charAt(at);
    const [token, end] =
      byte === '*'
        ? readStars(pattern, at, paths)
        : byte === '['
          ? readClass(pattern, at + 1)
          : readByte(pattern, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

function readByte(pattern: string, at: number): [Token, end: number] {
  const byte = pattern.charAt(at);
  if (byte === '?') return [{ fits: notSlash }, at + 1];
  const end = byte === '\\' ? at + 2 : at + 1;
  const literal = pattern.charAt(end - 1);
  return [{ fits: (other) => other === literal }, end];
}

function readStars(pattern: string, from: number, paths: boolean): [Token, end: number] {
  let end = from;
  while (pattern.charAt(end) === '*') end += 1;
  const begins = from === 0 || pattern.charAt(from - 1) === '/';
  const after = pattern.slice(end, end + 2);
  const whole = paths && end - from > 1 && begins;
  if (whole && after.startsWith('/')) return [{ fits: anything, repeats: 'folders' }, end + 1];
  const isLast = after === '' || after === '\\/';
  return [{ fits: whole && isLast ? anything : notSlash, repeats: 'any' }, end];
}

/** A part of a class: `[:alpha:]`, `a`, or `a-z`, of which each end may be escaped. */
const PART = /\[:([^\]]*):\]|(?:\\([^]?)|([^]))(?:-(?!\])(?:\\([^]?)|([^])))?/y;

/** Reads a class such as `[a-z]`; `at` is the index after `[`. Without an end, the pattern matches nothing. */
function readClass(pattern: string, at: number): [Token, end: number] {
  const parts: Fits[] = [];
  const negated = /[!^]/.test(pattern.charAt(at));
  let place = negated ? at + 1 : at;
  do {
    PART.lastIndex = place;
    const [part = '', name, escaped, plain = escaped, end, high = end ?? plain] =
      PART.exec(pattern) ?? [];
    const fits = name === undefined ? between(plain, high) : CHARACTER_CLASSES.get(name);
    if (fits === undefined) return [{ fits: () => false }, pattern.length];
    parts.push(fits);
    place += part.length;
  } while (pattern.charAt(place) !== ']');
  return [
    { fits: (byte) => byte !== '/' && parts.some((fits) => fits(byte)) !== negated },
    place + 1,
  ];
}

/** As in git, `[z-a]` matches only `z`. Undefined if one end is missing. */
function between(low = '', high = ''): Fits | undefined {
  if (low === '' || high === '') return undefined;
  return (byte) => byte === low || (byte >= low && byte <= high);
}

const CHARACTER_CLASSES: ReadonlyMap<string, Fits> = new Map(
  Object.entries({
    alnum: /[A-Za-z0-9]/,
    alpha: /[A-Za-z]/,
    blank: /[ \t]/,
    cntrl: /[^ -~\x80-\xff]/,
    digit: /[0-9]/,
    graph: /[!-~]/,
    lower: /[a-z]/,
    print: /[ -~]/,
    punct: /[!-/:-@[-`{-~]/,
    space: /[ \t\n\v\f\r]/,
    upper: /[A-Z]/,
    xdigit: /[0-9A-Fa-f]/,
  }).map(([name, pattern]) => [name, (byte) => pattern.test(byte)]),
);

/** Tracks all tokens that may match the next byte at once, so that matching takes at most tokens × bytes steps. */
function matches(tokens: readonly Token[], name: string, budget: Budget): boolean {
  let open = new Set<number>();
  enter(tokens, open, 0);
  for (const byte of name) {
    budget.steps -= open.size;
    if (open.size === 0 || budget.steps < 0) return false;
    const next = new Set<number>();
    for (const at of open) {
      const token = tokens[at];
      // The tokens after `**/` can only match after a `/`.
      if (token?.repeats === 'folders' && byte !== '/') next.add(at);
      else if (token?.fits(byte) === true) enter(tokens, next, token.repeats ? at : at + 1);
    }
    open = next;
  }
  return open.has(tokens.length);
}

/** Adds a token to the set. One that repeats may match nothing, so the token after it is added too. */
function enter(tokens: readonly Token[], open: Set<number>, at: number): void {
  open.add(at);
  if (tokens[at]?.repeats !== undefined) enter(tokens, open, at + 1);
}
