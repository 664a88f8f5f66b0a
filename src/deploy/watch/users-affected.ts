// Measures how long users had a release that was rolled back, and how long it was unhealthy.
import { type Deployment, movingStages, switchBegan } from '../record/deployment.ts';
import { describeRequest } from '../record/requests.ts';
import { usersOn } from '../record/users-on.ts';
import { roundsOf, streak, answeredRounds } from './rounds.ts';

export interface Affected {
  /** Milliseconds from the switch to the switch back; on several hosts from the first to the last. */
  ms: number;
  /** Milliseconds from the start of the last unhealthy rounds to the switch back; undefined if the last was healthy. */
  unhealthyMs: number | undefined;
}

/** Returns undefined if no user had the release, or if the time is unknown. */
export function usersAffected(d: Deployment): Affected | undefined {
  const { switchedAt } = d.facts;
  const [back] = movingStages(d, 'back');
  if (describeRequest(d.request).rollsBack || switchedAt === undefined || !switchBegan(d))
    return undefined;
  if (back?.status !== 'done') return undefined;
  const users = usersOn(d);
  if (users?.kind !== 'release' && users?.kind !== 'before') return undefined;
  const rounds = answeredRounds(roundsOf(d.checks));
  const row = streak(rounds, ({ state }) => state !== 'healthy');
  const first = rounds[rounds.length - row];
  const until = (at: number): number => Math.max(0, users.since - at);
  return {
    ms: until(switchedAt),
    unhealthyMs: first === undefined ? undefined : until(first.at),
  };
}
