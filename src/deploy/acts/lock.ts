// Creates locks of environments, and decides whether a lock is the one that a person saw.
import type { Lock } from '../history/records.ts';
import type { Actor } from './act.ts';

/** Creates a lock that ends after `ms` milliseconds; without `ms`, when a person removes it. */
export function createLock(
  { reason, ms }: { reason: string; ms?: number },
  { by, now: at }: Actor,
): Lock {
  return { reason, by, at, byCommand: true, ...(ms === undefined ? {} : { until: at + ms }) };
}

/** False if another lock has replaced the one that the person saw. `seenAt`: creation time of the seen lock. */
export function isLockSeen(lock: Lock | undefined, seenAt: number | undefined): boolean {
  return lock === undefined || seenAt === undefined || lock.at === seenAt;
}
