// Groups the checks of a watch into rounds, and counts rows of equal rounds.
import type { Deployment } from '../record/deployment.ts';
import type { WatchCheck } from '../record/watch-check.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';

type State = WatchCheck['state'];

/** `slot`: the release on its own port; `public`: the public address. */
export type Side = 'slot' | 'public';

/** One check of every host; the worst answer counts, because users may get it. */
export interface Round {
  at: number;
  state: State;
  /** The unhealthy side; `slot` if both are, because users reach it through the public address. */
  side: Side;
  detail: string | undefined;
  /** Why a rollback would not help: the proxy fails, not the release. */
  stuck: string | undefined;
}

/** Result of one request of a check; `detail` names no host. */
export interface Reading extends Round {
  host: string;
  ms: number;
}

const severity: Record<State, number> = { healthy: 0, unknown: 1, degraded: 2, unavailable: 3 };

/** The slot's reading first, then the public address's. */
export function readingsOf({ at, host, public: outside, ...slot }: WatchCheck): Reading[] {
  type Seen = Pick<WatchCheck, 'state' | 'ms' | 'detail'>;
  const reading = (side: Side, { state, ms, detail }: Seen, stuck?: string): Reading => {
    return { at, host, side, state, ms, detail, stuck };
  };
  return [reading('slot', slot), ...(outside ? [reading('public', outside, outside.stuck)] : [])];
}

export function roundsOf(checks: readonly WatchCheck[]): Round[] {
  const rounds: Round[] = [];
  for (const reading of checks.flatMap(readingsOf)) {
    const round = roundOf(reading);
    const last = rounds.at(-1);
    if (last?.at !== round.at) rounds.push(round);
    else if (severity[round.state] > severity[last.state]) Object.assign(last, round);
  }
  return rounds;
}

/** undefined without readings. */
export function worstState(readings: readonly Pick<Reading, 'state'>[]): State | undefined {
  return readings.map(({ state }) => state).toSorted((a, b) => severity[b] - severity[a])[0];
}

function roundOf({ at, state, side, host, detail, stuck }: Reading): Round {
  const where = side === 'public' ? `${host}: public address` : host;
  return {
    at,
    state,
    side,
    stuck,
    detail: detail === undefined ? undefined : `${where}: ${detail}`,
  };
}

/** Number of rounds with an answer. Rounds without one are repeated, up to three times as many in all. */
export function roundsDone(deployment: Deployment, settings: EnvironmentSettings['watch']): number {
  const rounds = roundsOf(deployment.checks);
  if (rounds.length >= settings.checks * 3) return settings.checks;
  return answeredRounds(rounds).length;
}

/** Rounds in which every host answered. */
export function answeredRounds(rounds: readonly Round[]): Round[] {
  return rounds.filter(({ state }) => state !== 'unknown');
}

/** How many of the last rounds in a row match. */
export function streak(rounds: readonly Round[], isSo: (round: Round) => boolean): number {
  const broken = rounds.findLastIndex((round) => !isSo(round));
  return rounds.length - 1 - broken;
}

/** systemd's restarts of the release on a host so far. */
export function restartsBy(checks: readonly WatchCheck[], host: string): number {
  return Math.max(0, ...checks.map((check) => (check.host === host ? (check.restarts ?? 0) : 0)));
}
