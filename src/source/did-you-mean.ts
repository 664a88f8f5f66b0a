// Decides which names are close enough to a typed one for "did you mean": at most three.

function nearest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const reach = Math.max(2, Math.ceil(typed.length * 0.4));
  const near = names
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= reach || containsEither(name.toLowerCase(), wanted))
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));
  // If one name is a typo away, names that need many more edits are not suggested.
  const best = near[0]?.far ?? 0;
  return near
    .filter(({ far }) => far <= best + 2)
    .slice(0, 3)
    .map(({ name }) => name);
}

function containsEither(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a));
}

/** Levenshtein, one row at a time: names are short and few. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `did you mean a, b or c?`, or nothing when there is no near name. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const close = nearest(typed, names);
  const last = close.pop();
  if (last === undefined) return '';
  return `did you mean ${close.length === 0 ? last : `${close.join(', ')} or ${last}`}?`;
}
