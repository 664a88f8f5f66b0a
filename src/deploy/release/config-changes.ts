import type { ConfigChange } from '../record/facts.ts';

type Fingerprints = Readonly<Record<string, string>>;

/** The keys whose values differ, in their order. */
export function changesBetween(was: Fingerprints, now: Fingerprints): ConfigChange[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].toSorted();
  return keys
    .map((key) => ({ key, was: was[key], now: now[key] }))
    .filter((change) => change.was !== change.now && !isOlderForm(change));
}

/** Before numbers were told apart by how they are written, a fingerprint was of the number alone. */
function isOlderForm({ was = '', now = '' }: ConfigChange): boolean {
  return was.includes('+') !== now.includes('+') && was.split('+')[0] === now.split('+')[0];
}

/** The same number in other digits: `1.0` and `1.00`. */
export function isRewritten({ was, now }: ConfigChange): boolean {
  return was !== undefined && was.split('+')[0] === now?.split('+')[0];
}
