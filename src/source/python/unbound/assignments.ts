// Records which names have a value at a point of a Python function, and merges the records of branches.

/** A statement that assigns a name on some of its paths only, such as an `if` without `else`. */
export interface PartialAssignment {
  /** The keyword of the statement: `If`, `Try`, `For`, … */
  word: string;
  start: number;
  /** The names in the tests and assignments of the statement: `flag`, `self.ready`. */
  words: ReadonlySet<string>;
  /** Objects that a branch of the statement changes: `errors` of `errors.append(error)`. */
  changes: () => ReadonlySet<string>;
}

/** The names at one point of a function. Immutable. */
export interface State {
  assigned: ReadonlySet<string>;
  /** Names that only some paths to this point assign. */
  gaps: ReadonlyMap<string, PartialAssignment>;
  /** Names that count as assigned: a test on this path shares a word with the test around their assignment. */
  trusted: ReadonlySet<string>;
  /** Words of the tests on the path to this point. */
  tested: ReadonlySet<string>;
  /** Names of `gaps` for which the analysis may be wrong. Reads of them are warnings, not errors; see certainty.ts. */
  doubted: ReadonlySet<string>;
}

/** The state at a point; undefined if no path leads there. */
export type Maybe = State | undefined;

export function bind(state: State, names: readonly string[]): State {
  if (names.every((name) => state.assigned.has(name))) return state;
  return { ...state, assigned: new Set([...state.assigned, ...names]) };
}

export function unbind(state: State, names: readonly string[]): State {
  if (names.length === 0) return state;
  const without = (set: ReadonlySet<string>) =>
    new Set([...set].filter((one) => !names.includes(one)));
  const gaps = new Map([...state.gaps].filter(([name]) => !names.includes(name)));
  return { ...state, assigned: without(state.assigned), trusted: without(state.trusted), gaps };
}

/** The state after paths join. `gap` is the statement that assigns names on only some of them. */
export function merge(states: readonly Maybe[], gap: PartialAssignment): Maybe {
  const ways = states.filter((state) => state !== undefined);
  const [first, ...rest] = ways;
  if (first === undefined || rest.length === 0) return first;
  if (rest.every((state) => state === first)) return first;
  const assigned = inAll(ways.map((way) => way.assigned));
  const gaps = new Map<string, PartialAssignment>();
  for (const way of ways) {
    for (const name of way.assigned) if (!assigned.has(name)) gaps.set(name, gap);
  }
  for (const way of ways) {
    for (const [name, older] of way.gaps) {
      if (!assigned.has(name)) gaps.set(name, joined(older, gaps.get(name)));
    }
  }
  return {
    assigned,
    gaps,
    trusted: inAll(ways.map((way) => new Set([...way.trusted, ...way.assigned]))),
    tested: new Set(ways.flatMap((way) => [...way.tested])),
    doubted: new Set(ways.flatMap((way) => [...way.doubted])),
  };
}

/** Merges the branches of an `if`. Names that its test made trusted stay trusted only if a branch returns or raises. */
export function rejoin(before: State, ends: readonly Maybe[], gap: PartialAssignment): Maybe {
  const ways = ends.filter((end) => end !== undefined);
  // After `if a: x = 1`, both branches of `if not a: x = 2` have x: one assigns it, the other trusts the first `if`.
  const given = new Set(ways.flatMap((way) => [...way.assigned]));
  const filled = ways.map((way) =>
    bind(
      way,
      [...way.trusted].filter((name) => given.has(name) && !before.trusted.has(name)),
    ),
  );
  const after = merge(filled, gap);
  if (after === undefined || ways.length < ends.length) return after;
  return { ...after, trusted: before.trusted };
}

function joined(older: PartialAssignment, newer: PartialAssignment | undefined): PartialAssignment {
  if (newer === undefined || newer === older) return older;
  return {
    ...older,
    words: new Set([...older.words, ...newer.words]),
    changes: () => new Set([...older.changes(), ...newer.changes()]),
  };
}

function inAll(sets: readonly ReadonlySet<string>[]): Set<string> {
  const [first, ...rest] = sets;
  return new Set([...(first ?? [])].filter((one) => rest.every((set) => set.has(one))));
}

/** The state after a test with these words. Trusts the names that were assigned under a test with one of the words. */
export function trust(state: State, words: ReadonlySet<string>): State {
  const agreed = [...state.gaps].filter(([name, gap]) => agrees(name, gap, words));
  const tested = new Set([...state.tested, ...words]);
  if (agreed.length === 0) return { ...state, tested };
  return {
    ...state,
    tested,
    trusted: new Set([...state.trusted, ...agreed.map(([name]) => name)]),
  };
}

function agrees(name: string, gap: PartialAssignment, words: ReadonlySet<string>): boolean {
  for (const word of words) {
    // `if x:` does not protect later reads of x, because this test itself reads x.
    if (word === name || word.startsWith(`${name}.`)) continue;
    if (gap.words.has(word) || isAbout(word, gap.changes())) return true;
  }
  return false;
}

/** Whether a word is a changed object or an attribute of it: `errors`, `errors.empty`. */
function isAbout(word: string, changes: ReadonlySet<string>): boolean {
  if (changes.size === 0) return false;
  const parts = word.split('.');
  return parts.some((_, at) => changes.has(parts.slice(0, at + 1).join('.')));
}

export function readable(state: State, name: string): boolean {
  return state.assigned.has(name) || state.trusted.has(name);
}
