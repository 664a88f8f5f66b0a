const MOST = 1_000;

/** True the first time something is asked about, so that a flood writes one line in the log. */
export function createIsNew(): (what: string) => boolean {
  const seen = new Set<string>();
  return (what) => {
    if (seen.has(what)) return false;
    if (seen.size >= MOST) seen.clear();
    seen.add(what);
    return true;
  };
}
