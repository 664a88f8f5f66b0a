import type { FailedRequest } from '../load.ts';
import type { Run } from '../run.ts';

/** Requests that failed, but for those that were under way while the host itself was off. */
export function lost({ began, off }: Run, failed: readonly FailedRequest[]): string[] {
  return failed
    .filter(({ dueAt, failedAt }) => !off.some(({ from, to }) => failedAt >= from && dueAt <= to))
    .map(({ dueAt, failedAt, reason }) => {
      const spans = off.map(({ from, to }) => `${from - began} to ${to - began}`).join(', ');
      const asked = `asked at ${Math.round(dueAt - began)} ms, failed at ${Math.round(failedAt - began)} ms`;
      return `${reason}, ${asked}${spans === '' ? '' : `; the host was off from ${spans} ms`}`;
    });
}
