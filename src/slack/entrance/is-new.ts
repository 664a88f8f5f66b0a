// Decides whether something happens for the first time, so that a flood writes one log line.
const MOST = 1_000;

/** Returns a function that is true for the first call with a text. Forgets all after 1,000 texts. */
export function createIsNew(): (what: string) => boolean {
  const seen = new Set<string>();
  return (what) => {
    if (seen.has(what)) return false;
    if (seen.size >= MOST) seen.clear();
    seen.add(what);
    return true;
  };
}
