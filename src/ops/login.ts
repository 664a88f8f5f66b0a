import { createHash, timingSafeEqual } from 'node:crypto';

export type Entry = 'in' | 'asked' | 'refused' | 'barred';

/** So many wrong passwords from one address, and it is barred for as long. */
const MOST_FAILURES = 5;
const BARRED_MS = 60_000;
/** Addresses remembered at once: whoever has more of them than this gets the oldest forgotten. */
const MOST_ADDRESSES = 1_000;

/** HTTP Basic, since a browser speaks it without a page of ours; there is nothing to do once in but to look. */
export function createLogin(user: string, password: string, now: () => number = Date.now) {
  const wanted = digest(`${user}:${password}`);
  const failures = new Map<string, { count: number; until: number }>();
  return (address: string, authorization: string | undefined): Entry => {
    const before = failures.get(address);
    const failed = before && before.until > now() ? before.count : 0;
    if (failed >= MOST_FAILURES) return 'barred';
    const given = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return 'asked';
    // Digests are of one length, so that the comparison takes one time.
    if (timingSafeEqual(digest(Buffer.from(given, 'base64').toString()), wanted)) {
      failures.delete(address);
      return 'in';
    }
    failures.delete(address);
    failures.set(address, { count: failed + 1, until: now() + BARRED_MS });
    const [oldest] = failures.keys();
    if (failures.size > MOST_ADDRESSES && oldest !== undefined) failures.delete(oldest);
    return 'refused';
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
