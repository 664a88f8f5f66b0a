import { setTimeout as wait } from 'node:timers/promises';
import { Interrupted, isFailure } from './errors.ts';
import { isSnoozed, openAlert } from './alerts.ts';
import type { Alert, Deployment } from './deployment.ts';
import type { DeploymentEvent, Slot, WatchCheck } from './events.ts';
import { wentBack } from './guard.ts';
import { known, slotUrl, unitName } from './layout.ts';
import { runScript } from './on-every-host.ts';
import { mayServe, probe } from './probe.ts';
import type { Host, HostSettings } from './ports.ts';
import type { EnvironmentSettings } from './settings.ts';
import type { StageContext } from './stage.ts';

type WatchSettings = EnvironmentSettings['watch'];
type State = WatchCheck['state'];

/** One look at every host; the worst answer counts, since any of them may be the one that users get. */
export interface Round {
  at: number;
  state: State;
  detail: string | undefined;
}

const severity: Record<State, number> = { healthy: 0, unknown: 1, degraded: 2, unavailable: 3 };

export function roundsOf(checks: readonly WatchCheck[]): Round[] {
  const rounds: Round[] = [];
  for (const { at, state, detail, host } of checks) {
    const last = rounds.at(-1);
    const shown = detail === undefined ? undefined : `${host}: ${detail}`;
    if (last?.at !== at) rounds.push({ at, state, detail: shown });
    else if (severity[state] > severity[last.state]) Object.assign(last, { state, detail: shown });
  }
  return rounds;
}

/** Rounds that say something. A host that could not be asked is asked again, up to three times as often. */
export function roundsDone(deployment: Deployment, settings: WatchSettings): number {
  const rounds = roundsOf(deployment.checks);
  if (rounds.length >= settings.checks * 3) return settings.checks;
  return rounds.filter(({ state }) => state !== 'unknown').length;
}

/** How many rounds up to the last one were of these states, without a break. */
function streak(rounds: readonly Round[], states: readonly State[]): number {
  const broken = rounds.findLastIndex(({ state }) => !states.includes(state));
  return rounds.length - 1 - broken;
}

/** What a new round means: nothing, an alert, its end, or the way back. Pure, so that every case can be tried. */
export function judgeRound(
  deployment: Deployment,
  checks: WatchCheck[],
  settings: WatchSettings,
): DeploymentEvent[] {
  const at = checks[0]?.at ?? deployment.updatedAt;
  const rounds = roundsOf([...deployment.checks, ...checks]);
  const last = rounds.at(-1);
  const seen = last?.detail ?? last?.state ?? '';
  const events: DeploymentEvent[] = [{ type: 'checked', at, checks }];
  // A round that says nothing neither counts nor breaks a row of those that do.
  const telling = rounds.filter(({ state }) => state !== 'unknown');
  const down = streak(telling, ['unavailable']);
  const unwell = streak(telling, ['degraded', 'unavailable']);
  const unseen = streak(rounds, ['unknown']);
  const alert = openAlert(deployment);
  const alone = helpedItself(deployment, checks);
  if (alone) return [...events, { type: 'rollback-requested', at, reason: alone }];
  if (down >= settings.unavailable_for) {
    const reason = `unavailable in ${down} checks in a row, ${settings.unavailable_for} allowed (${seen})`;
    return [...events, { type: 'rollback-requested', at, reason }];
  }
  if (unwell >= settings.degraded_for && isNews(alert, 'not-healthy', at)) {
    const reason = `not healthy in ${unwell} checks in a row, ${settings.degraded_for} raise an alert (${seen})`;
    // Now somebody can tell.
    if (alert?.fingerprint === 'cannot-tell') events.push({ type: 'recovered', at });
    return [...events, { type: 'alerted', at, reason, fingerprint: 'not-healthy' }];
  }
  if (!alert && unseen >= settings.unavailable_for) {
    const reason = `nobody can tell: ${unseen} checks in a row could not be made (${seen})`;
    return [...events, { type: 'alerted', at, reason, fingerprint: 'cannot-tell' }];
  }
  if (alert && streak(telling, ['healthy']) >= settings.degraded_for) {
    return [...events, { type: 'recovered', at }];
  }
  return events;
}

/** Another alert than the open one, or the same after the time for which nobody wanted to hear of it. */
function isNews(alert: Alert | undefined, fingerprint: string, at: number): boolean {
  if (alert?.fingerprint !== fingerprint) return true;
  return alert.snoozed !== undefined && !isSnoozed(alert, at);
}

/** A host whose guard went back while no bot was there: the others follow it. */
function helpedItself({ facts }: Deployment, checks: WatchCheck[]): string | undefined {
  const { rollbackTo, slot } = facts;
  const check = checks.find(({ returned }) => returned !== undefined);
  if (!check?.returned || !rollbackTo || !slot) return undefined;
  return wentBack(check.host, rollbackTo, slot, check.returned);
}

/** Waits for the time of the next round, counted from the last one that the journal knows. */
export async function nextRound(context: StageContext, deployment: Deployment): Promise<void> {
  const { interval_seconds } = context.target.place.watch;
  const last = deployment.checks.at(-1)?.at ?? known(context.facts, 'switchedAt');
  const ms = Math.max(0, last + interval_seconds * 1_000 - Date.now());
  await wait(ms, undefined, { signal: context.signal });
}

/** Looks at every host, writes down what it saw and what follows from it. */
export async function watchRound(context: StageContext): Promise<Deployment> {
  const { ports, deployment, epoch, target } = context;
  const at = Date.now();
  // Each host is opened by itself: one that cannot be reached must not hide what the others say.
  const checks = await Promise.all(
    target.place.hosts.map(async (host) => ({
      at,
      host: host.name,
      ...(await look(context, host)),
    })),
  );
  const changed = await ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === 'watch' ? judgeRound(latest, checks, target.place.watch) : [],
  );
  if (changed.due !== 'watch') throw new Interrupted('the watch was ended by a rollback');
  return changed;
}

/** A service may die once and be well again; one that dies again and again answers between its deaths only. */
const DEATHS = 2;

/** Long enough for a busy host, short beside the wait for a whole stage. */
const STATE_MS = 10_000;

async function restartsOf(
  context: StageContext,
  host: Host,
  slot: Slot,
): Promise<{ count: number; unknown?: string; returned?: string | undefined }> {
  const parameters = { slot, unit: unitName(context.target, slot), lines: 0, heard: 'yes' };
  try {
    const quick = { ...context, timeoutMs: STATE_MS };
    const answer = await runScript(quick, host, 'slot-state', parameters);
    const count = Number(answer.value('restarts'));
    return { count, returned: answer.maybe('guard_returned') };
  } catch (error) {
    if (context.signal.aborted || !isFailure(error) || error.code === 'fenced') throw error;
    return { count: 0, unknown: error.message };
  }
}

type Seen = Pick<WatchCheck, 'state' | 'ms' | 'detail' | 'restarts' | 'returned'>;

async function look(context: StageContext, settings: HostSettings): Promise<Seen> {
  const { target, facts, signal, ports } = context;
  const slot = known(facts, 'slot');
  const began = performance.now();
  try {
    const host = await ports.hosts.open(settings, signal);
    const url = slotUrl(target, slot, target.settings.health.path);
    const [health, restarts] = await Promise.all([
      probe(host, url, target, signal),
      restartsOf(context, host, slot),
    ]);
    const { state: said, ms, detail } = health;
    // Nobody is there any more, however well it is.
    if (restarts.returned) return { state: said, ms, detail, returned: restarts.returned };
    if (said === 'degraded' && !mayServe(context, health, known(facts, 'release'))) {
      return { state: 'unavailable', ms, detail: `${detail}, and health.allow_degraded is false` };
    }
    const died = restarts.count - (facts.restarts?.[host.name] ?? 0);
    // What the service answers stands by itself: a host that hangs must not hide that users get nothing.
    if (said === 'healthy' && restarts.unknown) {
      return { state: 'unknown', ms, detail: restarts.unknown };
    }
    if (said === 'healthy' && died > 0) {
      const again = `healthy, but has been restarted ${died === 1 ? 'once' : `${died} times`}`;
      const state = died < DEATHS ? 'degraded' : 'unavailable';
      return { state, ms, restarts: died, detail: again };
    }
    const counted = died > 0 ? { restarts: died } : {};
    return { state: said, ms, ...counted, ...(said === 'healthy' ? {} : { detail }) };
  } catch (error) {
    if (signal.aborted || !isFailure(error) || error.code === 'fenced') throw error;
    return { state: 'unknown', ms: performance.now() - began, detail: error.message };
  }
}
