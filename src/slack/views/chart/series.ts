// Computes the data of a watch's chart: one point per round, medians, restarts and alerts.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { WatchCheck } from '../../../deploy/record/watch-check.ts';
import {
  type RequestResult,
  resultsOf,
  roundsOf,
  worstState,
} from '../../../deploy/watch/rounds.ts';
import { type Spread, spreadOf } from '../parts/watch-figures.ts';

export interface Point {
  /** Seconds since the switch. */
  at: number;
  /** Answer time of the slowest host in milliseconds; undefined if no host answered. */
  ms: number | undefined;
  /** Worst state of the hosts' slots. */
  state: WatchCheck['state'];
  /** Worst state at the public address; undefined if the watch checks only the slots. */
  public: WatchCheck['state'] | undefined;
  /** Restarts on all hosts since the previous round. */
  restarts: number;
}

export interface Series {
  /** Unix milliseconds. */
  switchedAt: number;
  hosts: number;
  points: Point[];
  before: Spread | undefined;
  after: Spread | undefined;
  restarts: number;
  /** Times in seconds since the switch. */
  alerts: { at: number; recoveredAt: number | undefined }[];
  /** Seconds since the switch at which the rollback began. */
  rolledBack: number | undefined;
}

/** Returns the chart's data; undefined before the second round. */
export function seriesOf(d: Deployment): Series | undefined {
  const { switchedAt, baseline } = d.facts;
  const rounds = roundsOf(d.checks);
  if (switchedAt === undefined || rounds.length < 2) return undefined;
  const since = (at: number): number => Math.max(0, (at - switchedAt) / 1_000);
  let counted = 0;
  const points = rounds.map(({ at }): Point => {
    const checks = d.checks.filter((check) => check.at === at);
    const answered = checks.filter((check) => check.state !== 'unknown');
    const slowest = Math.max(...answered.map(({ ms }) => ms));
    const total = checks.reduce((sum, { restarts }) => sum + (restarts ?? 0), 0);
    const results = checks.flatMap(resultsOf);
    const worst = (side: RequestResult['side']) =>
      worstState(results.filter((result) => result.side === side));
    const newRestarts = Math.max(0, total - counted);
    counted = Math.max(counted, total);
    return {
      at: since(at),
      ms: answered.length > 0 ? slowest : undefined,
      state: worst('slot') ?? 'unknown',
      public: worst('public'),
      restarts: newRestarts,
    };
  });
  return {
    switchedAt,
    hosts: new Set(d.checks.map(({ host }) => host)).size,
    points,
    before: spreadOf(Object.values(baseline ?? {}).flat()),
    after: spreadOf(d.checks.filter(({ state }) => state !== 'unknown').map(({ ms }) => ms)),
    restarts: counted,
    alerts: d.alerts.map(({ at, recoveredAt }) => ({
      at: since(at),
      recoveredAt: recoveredAt === undefined ? undefined : since(recoveredAt),
    })),
    rolledBack: d.rollback ? since(d.rollback.at) : undefined,
  };
}
