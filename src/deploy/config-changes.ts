import type { ConfigChange } from './facts.ts';

type Fingerprints = Readonly<Record<string, string>>;

/** The keys whose values differ, in their order. */
export function changesBetween(was: Fingerprints, now: Fingerprints): ConfigChange[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].toSorted();
  return keys
    .filter((key) => was[key] !== now[key])
    .map((key) => ({ key, was: was[key], now: now[key] }));
}
