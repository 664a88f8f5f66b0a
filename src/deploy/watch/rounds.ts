// Groups the checks of a watch into rounds, and counts similar rounds in a row.
import type { Deployment } from '../record/deployment.ts';
import type { WatchCheck } from '../record/watch-check.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';

type State = WatchCheck['state'];

/** `slot`: the release on its own port; `public`: the public address. */
export type Side = 'slot' | 'public';

/** The checks of all hosts at one time. Their worst result is the result of the round, because users may get it. */
export interface Round {
  at: number;
  state: State;
  /** Where the worst result was; `slot` if both are equal, because the public address only forwards to the slot. */
  side: Side;
  detail: string | undefined;
  /** Why a rollback would not help: the proxy fails, not the release. */
  stuck: string | undefined;
}

/** The result of one request of a check, to the slot or to the public address. `detail` does not name the host. */
export interface RequestResult extends Round {
  host: string;
  ms: number;
}

const severity: Record<State, number> = { healthy: 0, unknown: 1, degraded: 2, unavailable: 3 };

/** Splits a check into the result of the slot and, if it was asked, the result of the public address. */
export function resultsOf({ at, host, public: outside, ...slot }: WatchCheck): RequestResult[] {
  type Seen = Pick<WatchCheck, 'state' | 'ms' | 'detail'>;
  const result = (side: Side, { state, ms, detail }: Seen, stuck?: string): RequestResult => {
    return { at, host, side, state, ms, detail, stuck };
  };
  return [result('slot', slot), ...(outside ? [result('public', outside, outside.stuck)] : [])];
}

/** `stuck` says why a rollback would not help. Of two equal states, the one against which a rollback helps is worse. */
const rank = ({ state, stuck }: Round): number => severity[state] + (stuck === undefined ? 0.5 : 0);

export function roundsOf(checks: readonly WatchCheck[]): Round[] {
  const rounds: Round[] = [];
  for (const { at, state, side, host, detail, stuck } of checks.flatMap(resultsOf)) {
    const where = detail === undefined ? undefined : `on ${host}, ${detail}`;
    const round = { at, state, side, stuck, detail: where };
    const last = rounds.at(-1);
    if (last?.at !== round.at) rounds.push(round);
    else if (rank(round) > rank(last)) Object.assign(last, round);
  }
  return rounds;
}

/** Returns the worst state; undefined if the list is empty. */
export function worstState(results: readonly Pick<RequestResult, 'state'>[]): State | undefined {
  return results.map(({ state }) => state).toSorted((a, b) => severity[b] - severity[a])[0];
}

/** Returns how many planned rounds are done. `unknown` rounds are repeated, up to `3 * checks` rounds in all. */
export function roundsDone(deployment: Deployment, settings: EnvironmentSettings['watch']): number {
  const rounds = roundsOf(deployment.checks);
  if (rounds.length >= settings.checks * 3) return settings.checks;
  return answeredRounds(rounds).length;
}

/** Returns the rounds with a known state: all hosts answered, or one was degraded or unavailable. */
export function answeredRounds(rounds: readonly Round[]): Round[] {
  return rounds.filter(({ state }) => state !== 'unknown');
}

/** How many rounds in a row match, counted back from the last one. */
export function streak(rounds: readonly Round[], isSo: (round: Round) => boolean): number {
  const broken = rounds.findLastIndex((round) => !isSo(round));
  return rounds.length - 1 - broken;
}

/** How often systemd has restarted the release on a host since the switch, as these checks counted. */
export function restartsBy(checks: readonly WatchCheck[], host: string): number {
  return Math.max(0, ...checks.map((check) => (check.host === host ? (check.restarts ?? 0) : 0)));
}
