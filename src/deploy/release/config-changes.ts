// Decides which keys of a config differ between two sets of fingerprints.
import type { ConfigChange } from '../record/facts.ts';

type Fingerprints = Readonly<Record<string, string>>;

/** Keys whose values differ, sorted. */
export function changesBetween(was: Fingerprints, now: Fingerprints): ConfigChange[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].toSorted();
  return keys
    .map((key) => ({ key, was: was[key], now: now[key] }))
    .filter((change) => change.was !== change.now && !isOlderForm(change));
}

/** Older versions stored the fingerprint of a number without its notation. */
function isOlderForm({ was = '', now = '' }: ConfigChange): boolean {
  return was.includes('+') !== now.includes('+') && was.split('+')[0] === now.split('+')[0];
}

/** The same number written differently: `1.0` and `1.00`. */
export function isRewritten({ was, now }: ConfigChange): boolean {
  return was !== undefined && was.split('+')[0] === now?.split('+')[0];
}
