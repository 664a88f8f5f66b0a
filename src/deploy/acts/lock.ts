// Makes locks of environments, and decides whether a person unlocks the lock that the person saw.
import type { Lock } from '../history/records.ts';
import type { Actor } from './act.ts';

/** Without `ms` the lock stays until a person unlocks it. */
export function createLock(
  { reason, ms }: { reason: string; ms?: number },
  { by, now: at }: Actor,
): Lock {
  return { reason, by, at, byCommand: true, ...(ms === undefined ? {} : { until: at + ms }) };
}

/** `seenAt`: when the lock that the person saw was made. A newer lock has another reason, so it stays. */
export function isLockSeen(lock: Lock | undefined, seenAt: number | undefined): boolean {
  return lock === undefined || seenAt === undefined || lock.at === seenAt;
}
