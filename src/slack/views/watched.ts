import type { Deployment } from '../../deploy/deployment.ts';
import type { WatchCheck } from '../../deploy/events.ts';
import type { Target } from '../../deploy/settings.ts';
import { roundsDone, roundsOf } from '../../deploy/watching.ts';

/** `23/60`, or `23` where argo.yml no longer says. */
export function roundsText(d: Deployment, target: Target | undefined): string {
  const watch = target?.place.watch;
  return watch ? `${roundsDone(d, watch)}/${watch.checks}` : `${roundsOf(d.checks).length}`;
}

/** Rounds in a row that were not healthy when the alert was raised. */
export function streakAt(d: Deployment, at: number): number {
  const rounds = roundsOf(d.checks.filter((check) => check.at <= at));
  return rounds.length - 1 - rounds.findLastIndex(({ state }) => state === 'healthy');
}

/** The newest check that was not healthy, up to that moment. */
export function lastBad(d: Deployment, at: number): WatchCheck | undefined {
  return d.checks.findLast((check) => check.at <= at && check.state !== 'healthy');
}

export interface WatchFigures {
  rounds: number;
  bad: number;
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
    bad: rounds.filter(({ state }) => state !== 'healthy').length,
    median,
    p95,
  };
}
