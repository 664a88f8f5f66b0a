// Decides the verdict of the watch: good, unhealthy, or too few answers to tell.
import type { Deployment } from '../record/deployment.ts';
import type { WatchCheck } from '../record/watch-check.ts';
import type { Facts } from '../record/facts.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';
import { resultsOf, roundsOf, answeredRounds, restartsBy } from './rounds.ts';

type Verdict = Pick<Facts, 'unwatched' | 'unhealthy'>;

/** Returns an empty object for a good release. One unhealthy check makes the release unhealthy. */
export function verdictOfWatch(
  deployment: Deployment,
  { checks: wanted }: EnvironmentSettings['watch'],
): Verdict {
  const rounds = roundsOf(deployment.checks);
  const answered = answeredRounds(rounds);
  const bad = rounds.filter(({ at }) =>
    deployment.checks.some((check) => check.at === at && isUnhealthy(deployment, check)),
  );
  const worst = bad.find(({ state }) => state === 'unavailable') ?? bad[0];
  const unwatched = answered.length < wanted / 2 ? { unwatched: true } : {};
  if (!worst) return unwatched;
  return {
    ...unwatched,
    unhealthy: {
      checks: bad.length,
      of: answered.length,
      at: bad[0]?.at ?? worst.at,
      side: worst.side,
      restarts: restartsIn(deployment.checks),
      detail: worst.detail,
    },
  };
}

function isUnhealthy(deployment: Deployment, check: WatchCheck): boolean {
  const { facts, checks } = deployment;
  // The approver accepted that the release is degraded, but not a restart or another release at the public address.
  const approved =
    facts.health?.status === 'degraded' && !restartedIn(checks, check) && !check.public?.other;
  return resultsOf(check).some(
    ({ state }) => state === 'unavailable' || (state === 'degraded' && !approved),
  );
}

/** True if this check found a restart that no earlier check had found. */
export function restartedIn(checks: readonly WatchCheck[], check: WatchCheck): boolean {
  const earlier = checks.filter(({ at }) => at < check.at);
  return (check.restarts ?? 0) > restartsBy(earlier, check.host);
}

function restartsIn(checks: readonly WatchCheck[]): number {
  const hosts = new Set(checks.map(({ host }) => host));
  return [...hosts].reduce((sum, host) => sum + restartsBy(checks, host), 0);
}
