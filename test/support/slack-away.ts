import type { Workspace } from '../../sandbox/workspace/workspace.ts';

/**
 * Slack goes away with the first post after `from`: that one is taken, but its answer is lost, and then every
 * connection is cut. In milliseconds.
 */
export interface Away {
  from: number;
  lasts: number;
}

/** To be looked at whenever the time has moved on. */
export function weatherOf(
  { faults }: Workspace,
  time: { now: number },
  away: Away | undefined,
): { look(): void; backAt(): number } {
  const start = time.now;
  let armed = false;
  let back: number | undefined;
  return {
    look() {
      if (away === undefined || time.now < start + away.from) return;
      if (!armed) {
        armed = true;
        faults.set({ failAfterPost: 1 });
      } else if (faults.failAfterPost === 0) {
        back ??= time.now + away.lasts;
        faults.set({ apiDown: time.now < back });
      }
    },
    backAt: () => back ?? start,
  };
}
