// Creates locks of environments, and decides whether a lock is the one that a person saw.
import type { Lock } from '../history/records.ts';
import type { Actor } from './act.ts';

/** Creates a lock that ends after `ms`. Without `ms` it stays until a person unlocks it. */
export function createLock(
  { reason, ms }: { reason: string; ms?: number },
  { by, now: at }: Actor,
): Lock {
  return { reason, by, at, byCommand: true, ...(ms === undefined ? {} : { until: at + ms }) };
}

/** True unless the lock is newer than the one that the person saw. `seenAt`: when the seen lock was made. */
export function isLockSeen(lock: Lock | undefined, seenAt: number | undefined): boolean {
  return lock === undefined || seenAt === undefined || lock.at === seenAt;
}
