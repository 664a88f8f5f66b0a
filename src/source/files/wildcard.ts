// Matches one pattern of an ignore file against a path, as git does, in bounded time.

/** Whether a name matches, byte by byte as in git. A hostile name could make a regular expression run forever. */
export type Wildcard = (name: string, budget?: Budget) => boolean;

/** Steps left for all patterns of one path. Below zero, matching was given up and its result means nothing. */
export interface Budget {
  steps: number;
}

type Token =
  | { is: 'byte'; byte: string }
  | { is: 'one'; of: (byte: string) => boolean }
  /** `*` matches anything except a slash. */
  | { is: 'star' }
  // `all` is `**`, which matches anything. `folders` is `**/`: any number of folders, or none.
  | { is: 'all' }
  | { is: 'folders' }
  | { is: 'never' };

/** With `paths`, the pattern matches paths, and only `/` and `**` match a `/`. Without it, it matches file names. */
export function wildcard(pattern: string, { paths }: { paths: boolean }): Wildcard {
  const special = pattern.search(/[*?[\\]/);
  if (special === -1) return (name) => name === pattern;
  const suffix = pattern.slice(1);
  if (!paths && pattern.startsWith('*') && !/[*?[\\]/.test(suffix)) {
    return (name) => name.endsWith(suffix);
  }
  // Git removes the literal prefix first, and reads the rest as if the pattern began there.
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
  let at = 0;
  while (at < pattern.length) {
    const byte = pattern.charAt(at);
    if (byte === '*') at = readStars(pattern, at, paths, tokens);
    else if (byte === '?') {
      tokens.push({ is: 'one', of: (other) => other !== '/' });
      at += 1;
    } else if (byte === '[') {
      const { end, token } = readClass(pattern, at + 1);
      tokens.push(token);
      at = end;
    } else if (byte === '\\') {
      const next = pattern.charAt(at + 1);
      tokens.push(next === '' ? { is: 'never' } : { is: 'byte', byte: next });
      at += 2;
    } else {
      tokens.push({ is: 'byte', byte });
      at += 1;
    }
  }
  return tokens;
}

function readStars(pattern: string, from: number, paths: boolean, tokens: Token[]): number {
  let end = from;
  while (pattern.charAt(end) === '*') end += 1;
  const begins = from === 0 || pattern.charAt(from - 1) === '/';
  const after = pattern.slice(end, end + 2);
  const whole = paths && end - from > 1 && begins;
  if (whole && after.startsWith('/')) {
    tokens.push({ is: 'folders' });
    return end + 1;
  }
  tokens.push({ is: whole && (after === '' || after === '\\/') ? 'all' : 'star' });
  return end;
}

/** Reads a class such as `[a-z]`; `at` is the index after `[`. Without an end, the pattern matches nothing. */
function readClass(pattern: string, at: number): { end: number; token: Token } {
  const parts: ((byte: string) => boolean)[] = [];
  const negated = /[!^]/.test(pattern.charAt(at));
  let place = negated ? at + 1 : at;
  let previous: string | undefined;
  for (let first = true; first || pattern.charAt(place) !== ']'; first = false) {
    const byte = pattern.charAt(place);
    const next = pattern.charAt(place + 1);
    if (byte === '') return matchNothing(pattern);
    if (byte === '-' && previous !== undefined && next !== '' && next !== ']') {
      place += next === '\\' ? 2 : 1;
      const [low, high] = [previous, pattern.charAt(place)];
      if (high === '') return matchNothing(pattern);
      parts.push((other) => other >= low && other <= high);
      previous = undefined;
    } else if (byte === '[' && next === ':') {
      const close = pattern.indexOf(']', place + 2);
      if (close === -1) return matchNothing(pattern);
      const name = /^(\w*):$/.exec(pattern.slice(place + 2, close))?.[1];
      if (pattern.charAt(close - 1) !== ':' || close - 1 < place + 2) {
        parts.push((other) => other === '[');
        previous = '[';
      } else {
        const characterClass = CHARACTER_CLASSES[name ?? ''];
        if (!characterClass) return matchNothing(pattern);
        parts.push((other) => characterClass.test(other));
        previous = undefined;
        place = close;
      }
    } else {
      if (byte === '\\') place += 1;
      const literal = pattern.charAt(place);
      if (literal === '') return matchNothing(pattern);
      parts.push((other) => other === literal);
      previous = literal;
    }
    place += 1;
  }
  const of = (byte: string): boolean =>
    byte !== '/' && parts.some((part) => part(byte)) !== negated;
  return { end: place + 1, token: { is: 'one', of } };
}

function matchNothing(pattern: string): { end: number; token: Token } {
  return { end: pattern.length, token: { is: 'never' } };
}

const CHARACTER_CLASSES: Record<string, RegExp> = {
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
};

/** Keeps the set of tokens that may come next, so that it takes at most tokens × bytes steps. */
function matches(tokens: readonly Token[], name: string, budget: Budget): boolean {
  let open = new Set<number>();
  enter(tokens, open, 0);
  for (const byte of name) {
    budget.steps -= open.size;
    if (open.size === 0 || budget.steps < 0) return false;
    const next = new Set<number>();
    for (const at of open) step(tokens, at, byte, next);
    open = next;
  }
  return open.has(tokens.length);
}

/** Adds a token to the set. Stars may match nothing, so the token after them is added too. */
function enter(tokens: readonly Token[], open: Set<number>, at: number): void {
  open.add(at);
  const is = tokens[at]?.is;
  if (is === 'star' || is === 'all' || is === 'folders') enter(tokens, open, at + 1);
}

function step(tokens: readonly Token[], at: number, byte: string, next: Set<number>): void {
  const token = tokens[at];
  switch (token?.is) {
    case 'byte':
      if (token.byte === byte) enter(tokens, next, at + 1);
      return;
    case 'one':
      if (token.of(byte)) enter(tokens, next, at + 1);
      return;
    case 'star':
      if (byte !== '/') enter(tokens, next, at);
      return;
    case 'all':
      enter(tokens, next, at);
      return;
    case 'folders':
      // The tokens after `**/` can only match after a `/`.
      if (byte === '/') enter(tokens, next, at);
      else next.add(at);
      return;
    case 'never':
    case undefined:
      return;
  }
}
