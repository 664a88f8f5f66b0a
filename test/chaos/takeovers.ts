import type { Run } from './run.ts';

/** The longest that a deployment had nobody, from the end of its worker, or since there was another, to the next start of a phase. */
export function takeovers({ gone, events }: Run): number {
  const waits = gone.map(({ at, othersSince }) => {
    const next = events.find((event) => event.type === 'phase-started' && event.at > at);
    return next === undefined ? 0 : next.at - othersSince;
  });
  return Math.max(0, ...waits);
}
