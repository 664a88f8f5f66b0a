import type { Run } from './run.ts';

/** The longest that a deployment had nobody, from the end of its worker to the next start of a phase. */
export function takeovers({ gone, events }: Run): number {
  const waits = gone.map((at) => {
    const next = events.find((event) => event.type === 'phase-started' && event.at > at);
    return next === undefined ? 0 : next.at - at;
  });
  return Math.max(0, ...waits);
}
