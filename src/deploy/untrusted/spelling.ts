// Finds the known words that a person most likely meant, by edit distance.

/** Returns the Damerau-Levenshtein distance: two swapped letters, common on phones, count as one edit. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped)
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Returns the known word that is most similar; undefined if none is similar enough. */
export function nearestWord<Word extends string>(
  word: string,
  known: readonly Word[],
): Word | undefined {
  const asked = word.slice(0, 60);
  const [best] = byDistance(asked, known);
  return best && best.far <= Math.max(1, Math.floor(asked.length / 3)) ? best.name : undefined;
}

/** Returns the known words with their distances to a word, the nearest first. */
function byDistance<Word extends string>(
  word: string,
  known: readonly Word[],
): { name: Word; far: number }[] {
  return known
    .map((name) => ({ name, far: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far);
}

/** Returns `did you mean a, b or c?` with at most three similar names; empty if no name is similar. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const close = similarNames(typed, names);
  const last = close.pop();
  if (last === undefined) return '';
  return `did you mean ${close.length === 0 ? last : `${close.join(', ')} or ${last}`}?`;
}

function similarNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const reach = Math.max(2, Math.ceil(typed.length * 0.4));
  const near = byDistance(typed, names.toSorted()).filter(
    ({ name, far }) => far <= reach || containsEither(name.toLowerCase(), wanted),
  );
  // Leave out names that differ from the typed one by at least three edits more than the nearest name does.
  const best = near[0]?.far ?? 0;
  return near
    .filter(({ far }) => far <= best + 2)
    .slice(0, 3)
    .map(({ name }) => name);
}

function containsEither(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a));
}
