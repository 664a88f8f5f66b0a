// Decides what a round of the watch means: nothing, an alert, its end, or the way back.
import { setTimeout as wait } from 'node:timers/promises';
import { isSnoozed, openAlert } from '../record/alerts.ts';
import type { Alert, Deployment } from '../record/deployment.ts';
import { Interrupted } from '../record/errors.ts';
import type { DeploymentEvent, WatchCheck } from '../record/events.ts';
import { wentBack } from '../host/guard.ts';
import { requireFact } from '../settings/layout.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';
import { lookAt } from './ask-host.ts';
import { type Round, roundsOf, type Side, streak } from './rounds.ts';
import { restartedIn } from './verdict.ts';

type WatchSettings = EnvironmentSettings['watch'];

/** One alert for each thing that people have to look at. */
const fingerprints: Record<Side, string> = { slot: 'not-healthy', public: 'public-address' };

/** Pure, so that every case can be tried. */
export function judgeRound(
  deployment: Deployment,
  checks: WatchCheck[],
  settings: WatchSettings,
): DeploymentEvent[] {
  const at = checks[0]?.at ?? deployment.updatedAt;
  const events: DeploymentEvent[] = [{ type: 'checked', at, checks }];
  const all = [...deployment.checks, ...checks];
  const rounds = roundsOf(all);
  const reason = helpedItself(deployment, checks) ?? tooLongDown(rounds, settings);
  if (reason !== undefined) return [...events, { type: 'rollback-requested', at, reason }];
  const alert = openAlert(deployment);
  const news = worthAnAlert(rounds, settings, alert) ?? restartOf(all, checks, alert);
  if (news && isNews(alert, news.fingerprint, at)) {
    // What the open one was about is over, or is understood now.
    if (alert && alert.fingerprint !== news.fingerprint) events.push({ type: 'recovered', at });
    return [...events, { type: 'alerted', at, ...news }];
  }
  // A round that says nothing neither counts nor breaks a row of those that do.
  const healthy = streak(telling(rounds), ({ state }) => state === 'healthy');
  if (alert && healthy >= settings.degraded_for) events.push({ type: 'recovered', at });
  return events;
}

const telling = (rounds: readonly Round[]): Round[] =>
  rounds.filter(({ state }) => state !== 'unknown');

/** Where a rollback cannot bring users back, it is not tried: the alert says so, and the release is not good. */
function tooLongDown(rounds: readonly Round[], settings: WatchSettings): string | undefined {
  const down = streak(
    telling(rounds),
    ({ state, stuck }) => state === 'unavailable' && stuck === undefined,
  );
  if (down < settings.unavailable_for) return undefined;
  const said = `unavailable in ${down} checks in a row, ${settings.unavailable_for} allowed`;
  return toldOf(rounds.at(-1), said);
}

interface News {
  reason: string;
  fingerprint: string;
}

function worthAnAlert(
  rounds: readonly Round[],
  settings: WatchSettings,
  alert: Alert | undefined,
): News | undefined {
  const seen = telling(rounds);
  const last = seen.at(-1);
  const unwell = streak(seen, ({ state }) => state !== 'healthy');
  if (last && unwell >= settings.degraded_for) {
    const fingerprint = fingerprints[last.side];
    const same = streak(seen, ({ state, side }) => state !== 'healthy' && side === last.side);
    // While the two take turns, one alert is enough.
    const other = alert && Object.values(fingerprints).includes(alert.fingerprint);
    if (!other || alert.fingerprint === fingerprint || same >= settings.degraded_for) {
      const said = `not healthy in ${unwell} checks in a row, ${settings.degraded_for} raise an alert`;
      return { reason: toldOf(last, said), fingerprint };
    }
  }
  const unseen = streak(rounds, ({ state }) => state === 'unknown');
  if (alert || unseen < settings.unavailable_for) return undefined;
  const shown = rounds.at(-1)?.detail ?? 'unknown';
  const reason = `nobody can tell: ${unseen} checks in a row could not be made (${shown})`;
  return { reason, fingerprint: 'cannot-tell' };
}

/** A service that died under its users is worth a word at once, and not in every check that follows. */
function restartOf(
  all: readonly WatchCheck[],
  checks: readonly WatchCheck[],
  alert: Alert | undefined,
): News | undefined {
  const died = checks.find((check) => restartedIn(all, check));
  if (!died || alert) return undefined;
  const times = died.restarts === 1 ? 'once' : `${died.restarts} times`;
  return {
    reason: `the service was restarted ${times} on ${died.host} since the switch (${died.host}: ${died.detail ?? died.state})`,
    fingerprint: fingerprints.slot,
  };
}

function toldOf(last: Round | undefined, said: string): string {
  const detail = last?.detail ?? last?.state ?? '';
  if (last?.side !== 'public') return `${said} (${detail})`;
  const why = last.stuck === undefined ? '' : `; a rollback would not help: ${last.stuck}`;
  return `the public address was ${said}, while the slot itself answered (${detail})${why}`;
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
  const last = deployment.checks.at(-1)?.at ?? requireFact(context.facts, 'switchedAt');
  const ms = Math.max(0, last + interval_seconds * 1_000 - Date.now());
  await wait(ms, undefined, { signal: context.signal });
}

/** Looks at every host, writes down what it saw and what follows from it. */
export async function watchRound(
  context: StageContext,
  deployment: Deployment,
): Promise<Deployment> {
  const { ports, epoch, target } = context;
  const at = Date.now();
  // Each host is opened by itself: one that cannot be reached must not hide what the others say.
  const checks = await Promise.all(
    target.place.hosts.map(async (host) => ({
      at,
      host: host.name,
      ...(await lookAt(context, host, deployment)),
    })),
  );
  const changed = await ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === 'watch' ? judgeRound(latest, checks, target.place.watch) : [],
  );
  if (changed.due !== 'watch') throw new Interrupted('the watch was ended by a rollback');
  return changed;
}
