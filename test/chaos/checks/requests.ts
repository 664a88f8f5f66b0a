import type { Run } from '../run.ts';

/** Requests that failed, but for those that were due while the host itself was off. */
export function lost(run: Run, failedAt: readonly { at: number; reason: string }[]): string[] {
  const slackMs = 150;
  return failedAt
    .filter(({ at }) => !run.off.some(({ from, to }) => at >= from - slackMs && at <= to + slackMs))
    .map(({ at, reason }) => `${reason} ${at - run.began} ms after it was asked`);
}
