// Computes figures of a watch for messages: rounds, failed checks in a row, answer times.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { WatchCheck } from '../../../deploy/record/watch-check.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { type Reading, readingsOf, roundsDone, roundsOf } from '../../../deploy/watch/rounds.ts';

/** `23/60`, or `23` when argo.yml no longer declares the service. */
export function roundsText(d: Deployment, target: Target | undefined): string {
  const watch = target?.place.watch;
  return watch ? `${roundsDone(d, watch)}/${watch.checks}` : `${roundsOf(d.checks).length}`;
}

/** Unhealthy rounds in a row up to `at`. */
export function streakAt(d: Deployment, at: number): number {
  const rounds = roundsOf(d.checks.filter((check) => check.at <= at));
  return rounds.length - 1 - rounds.findLastIndex(({ state }) => state === 'healthy');
}

/** The newest unhealthy answer up to `at`; the slot's comes before the public address's. */
export function lastBad(d: Deployment, at: number): Reading | undefined {
  const check = d.checks.findLast(
    (one) => one.at <= at && readingsOf(one).some(({ state }) => state !== 'healthy'),
  );
  return check && readingsOf(check).find(({ state }) => state !== 'healthy');
}

/** False for an unknown state: such a check says nothing about the release. */
export function isUnwell({ state }: Pick<Reading, 'state'>): boolean {
  return state === 'degraded' || state === 'unavailable';
}

export interface WatchFigures {
  rounds: number;
  bad: number;
  /** Rounds without an answer, whose state is unknown. */
  unseen: number;
  /** Rounds in which the public address was unhealthy. */
  badInPublic: number;
  median: number;
  p95: number;
}

export function figures(checks: readonly WatchCheck[]): WatchFigures | undefined {
  const answered = checks.filter(({ state }) => state !== 'unknown');
  const times = answered.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  const [median, p95] = [at(0.5), at(0.95)];
  if (median === undefined || p95 === undefined) return undefined;
  const rounds = roundsOf(checks);
  return {
    rounds: rounds.length,
    bad: rounds.filter(isUnwell).length,
    unseen: rounds.filter(({ state }) => state === 'unknown').length,
    badInPublic: new Set(
      checks.flatMap(({ at: when, public: outside }) =>
        outside && isUnwell(outside) ? [when] : [],
      ),
    ).size,
    median,
    p95,
  };
}
