// Decides whether a request may see the board: HTTP Basic, with a limit on wrong passwords.
import { createHash, timingSafeEqual } from 'node:crypto';

export type Entry = 'in' | 'asked' | 'refused' | 'barred';

/** After this many wrong passwords, an IP address is refused for BARRED_MS. */
const MAX_FAILURES = 5;
const BARRED_MS = 60_000;
/** How many IP addresses with wrong passwords are remembered. The oldest is dropped when there are more. */
const MAX_ADDRESSES = 1_000;

/** Returns a function that decides about one request. HTTP Basic needs no login page and no session. */
export function createLogin(user: string, password: string, now: () => number = Date.now) {
  const wanted = digest(`${user}:${password}`);
  const failures = new Map<string, { count: number; until: number }>();
  return (address: string, authorization: string | undefined): Entry => {
    const before = failures.get(address);
    const failed = before && before.until > now() ? before.count : 0;
    if (failed >= MAX_FAILURES) return 'barred';
    const given = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return 'asked';
    failures.delete(address);
    // timingSafeEqual needs inputs of equal length, so compare digests.
    if (timingSafeEqual(digest(Buffer.from(given, 'base64').toString()), wanted)) return 'in';
    failures.set(address, { count: failed + 1, until: now() + BARRED_MS });
    const [oldest] = failures.keys();
    if (failures.size > MAX_ADDRESSES && oldest !== undefined) failures.delete(oldest);
    return 'refused';
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
