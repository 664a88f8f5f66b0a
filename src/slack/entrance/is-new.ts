// Decides whether an event is the first of its kind, so that a flood of equal events writes one log line.
const MAX_SEEN = 1_000;

/** Returns a function that returns true for the first call with a text. It forgets all texts after 1,000. */
export function createIsNew(): (what: string) => boolean {
  const seen = new Set<string>();
  return (what) => {
    if (seen.has(what)) return false;
    if (seen.size >= MAX_SEEN) seen.clear();
    seen.add(what);
    return true;
  };
}
