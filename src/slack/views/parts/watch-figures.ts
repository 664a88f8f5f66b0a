// Computes the figures of a watch that messages show: rounds, failed rounds in a row, answer times.
import type { Alert, Deployment } from '../../../deploy/record/deployment.ts';
import type { WatchCheck } from '../../../deploy/record/watch-check.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import {
  type RequestResult,
  resultsOf,
  roundsDone,
  roundsOf,
  worstState,
} from '../../../deploy/watch/rounds.ts';

/** Returns the rounds done, such as `23/60`; only `23` if argo.yml no longer declares the service. */
export function roundsText(d: Deployment, target: Target | undefined): string {
  const watch = target?.place.watch;
  return watch ? `${roundsDone(d, watch)}/${watch.checks}` : `${roundsOf(d.checks).length}`;
}

export function newestResult(checks: readonly WatchCheck[]): RequestResult | undefined {
  const at = checks.at(-1)?.at;
  const newest = checks.filter((check) => check.at === at).flatMap(resultsOf);
  const worst = worstState(newest);
  return newest.find(({ state }) => state === worst);
}

/** Returns whether the release is only degraded, as it was before the switch: then the alert is no emergency. */
export function isDegradedAsApproved({ facts, checks }: Deployment, alert: Alert): boolean {
  if (facts.health?.status !== 'degraded' || alert.fingerprint === 'cannot-tell') return false;
  return isOnlyDegraded(checks);
}

/** Returns whether the release said that it is degraded, and always answered and never restarted. */
export function isOnlyDegraded(checks: readonly WatchCheck[]): boolean {
  const said = checks.flatMap(resultsOf).some(({ state }) => state === 'degraded');
  return (
    said &&
    checks.every(
      (check) =>
        !check.restarts &&
        check.public?.other === undefined &&
        resultsOf(check).every(({ state }) => state !== 'unavailable'),
    )
  );
}

/** Returns whether all users get the previous release: nginx sends them there while the new slot does not answer. */
export function isServedByPrevious({ checks, facts: { rollbackTo } }: Deployment): boolean {
  const at = checks.at(-1)?.at;
  const last = checks.filter((check) => check.at === at);
  return (
    rollbackTo !== undefined &&
    last.length > 0 &&
    last.every((check) => check.public?.other === rollbackTo.release)
  );
}

export function complaint(checks: readonly WatchCheck[]): 'degraded' | 'unhealthy' {
  return isOnlyDegraded(checks) ? 'degraded' : 'unhealthy';
}

/** `unknown` does not count as unhealthy: the check got no answer, and that may be the network's fault. */
export function isUnhealthy({ state }: Pick<RequestResult, 'state'>): boolean {
  return state === 'degraded' || state === 'unavailable';
}

export function answersByHost(
  checks: readonly WatchCheck[],
): { host: string; answered: number; asked: number }[] {
  return [...Map.groupBy(checks, ({ host }) => host)].map(([host, all]) => ({
    host,
    answered: all.filter(({ state }) => state !== 'unknown').length,
    asked: all.length,
  }));
}

export interface Spread {
  /** In milliseconds, like `p95`. */
  median: number;
  p95: number;
}

type Figures = Spread & Record<'rounds' | 'bad' | 'unseen' | 'badInPublic', number>;

/** Counts the rounds of a watch: all, unhealthy ones, and those without an answer (`unseen`). */
export function figures(checks: readonly WatchCheck[]): Figures | undefined {
  const answered = checks.filter(({ state }) => state !== 'unknown');
  const spread = spreadOf(answered.map(({ ms }) => ms));
  if (!spread) return undefined;
  const rounds = roundsOf(checks);
  const badOutside = checks.filter((check) => check.public && isUnhealthy(check.public));
  return {
    rounds: rounds.length,
    bad: rounds.filter(isUnhealthy).length,
    unseen: rounds.filter(({ state }) => state === 'unknown').length,
    badInPublic: new Set(badOutside.map(({ at }) => at)).size,
    ...spread,
  };
}

/** Returns the median and the 95th percentile, by nearest rank. */
export function spreadOf(times: readonly number[]): Spread | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (share: number): number | undefined =>
    sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  const [median, p95] = [rank(0.5), rank(0.95)];
  return median === undefined || p95 === undefined ? undefined : { median, p95 };
}
