// Decides what a round of the watch means: nothing, an alert, its recovery, or a rollback.
import { requireFact } from '../record/facts.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { isSnoozed, openAlert } from '../record/alerts.ts';
import type { Alert, Deployment } from '../record/deployment.ts';
import { Interrupted } from '../record/errors.ts';
import type { DeploymentEvent } from '../record/events.ts';
import type { WatchCheck } from '../record/watch-check.ts';
import { describeGuardReturn } from '../host/guard.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';
import { checkHost } from './check-host.ts';
import { type Round, roundsOf, type Side, streak, answeredRounds } from './rounds.ts';
import { restartedIn } from './verdict.ts';

type WatchSettings = EnvironmentSettings['watch'];

/** One alert for each cause. */
const fingerprints: Record<Side, string> = { slot: 'not-healthy', public: 'public-address' };

export function judgeRound(
  deployment: Deployment,
  checks: WatchCheck[],
  settings: WatchSettings,
): DeploymentEvent[] {
  const at = checks[0]?.at ?? deployment.updatedAt;
  const events: DeploymentEvent[] = [{ type: 'checked', at, checks }];
  const all = [...deployment.checks, ...checks];
  const rounds = roundsOf(all);
  const reason = guardReturn(deployment, checks) ?? rollbackReason(rounds, settings);
  if (reason !== undefined) return [...events, { type: 'rollback-requested', at, reason }];
  const alert = openAlert(deployment);
  const news = alertFor(rounds, settings, alert) ?? restartAlert(all, checks, alert);
  if (news && isNews(alert, news.fingerprint, at)) {
    // The cause of the open alert is over, or has become clear.
    if (alert && alert.fingerprint !== news.fingerprint) events.push({ type: 'recovered', at });
    return [...events, { type: 'alerted', at, ...news }];
  }
  // Rounds without an answer do not break a row of healthy ones.
  const healthy = streak(answeredRounds(rounds), ({ state }) => state === 'healthy');
  if (alert && healthy >= settings.degraded_for) events.push({ type: 'recovered', at });
  return events;
}

/** The reason for a rollback, if any. If a rollback would not help, only the alert is raised. */
function rollbackReason(rounds: readonly Round[], settings: WatchSettings): string | undefined {
  const down = streak(
    answeredRounds(rounds),
    ({ state, stuck }) => state === 'unavailable' && stuck === undefined,
  );
  if (down < settings.unavailable_for) return undefined;
  const said = `failed ${down} checks in a row (limit ${settings.unavailable_for})`;
  return describeRound(rounds.at(-1), said);
}

interface News {
  reason: string;
  fingerprint: string;
}

function alertFor(
  rounds: readonly Round[],
  settings: WatchSettings,
  alert: Alert | undefined,
): News | undefined {
  const seen = answeredRounds(rounds);
  const last = seen.at(-1);
  const unwell = streak(seen, ({ state }) => state !== 'healthy');
  if (last && unwell >= settings.degraded_for) {
    const fingerprint = fingerprints[last.side];
    const same = streak(seen, ({ state, side }) => state !== 'healthy' && side === last.side);
    // If slot and public address alternate, one alert is enough.
    const other = alert && Object.values(fingerprints).includes(alert.fingerprint);
    if (!other || alert.fingerprint === fingerprint || same >= settings.degraded_for) {
      const said = `was unhealthy ${times(unwell)} in a row`;
      return { reason: describeRound(last, said), fingerprint };
    }
  }
  const unseen = streak(rounds, ({ state }) => state === 'unknown');
  if (alert || unseen < settings.unavailable_for) return undefined;
  const shown = rounds.at(-1)?.detail ?? 'no detail';
  const reason = `${unseen} checks in a row got no answer, so its health is unknown (${shown})`;
  return { reason, fingerprint: 'cannot-tell' };
}

/** A restart raises an alert at once, but not again with each later check. */
function restartAlert(
  all: readonly WatchCheck[],
  checks: readonly WatchCheck[],
  alert: Alert | undefined,
): News | undefined {
  const died = checks.find((check) => restartedIn(all, check));
  if (!died || alert) return undefined;
  return {
    reason: `the service restarted ${times(died.restarts ?? 1)} on ${died.host} since the switch (${died.detail ?? died.state})`,
    fingerprint: fingerprints.slot,
  };
}

function describeRound(last: Round | undefined, said: string): string {
  const detail = last?.detail ?? last?.state ?? '';
  if (last?.side !== 'public') return `the release ${said}. ${detail}`;
  const why = last.stuck === undefined ? '' : `. A rollback would not help: ${last.stuck}`;
  return `the public address ${said}, but the slot answered. ${detail}${why}`;
}

function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

/** True for another alert than the open one, or for the same after its snooze. */
function isNews(alert: Alert | undefined, fingerprint: string, at: number): boolean {
  if (alert?.fingerprint !== fingerprint) return true;
  return alert.snoozed !== undefined && !isSnoozed(alert, at);
}

/** If one host rolled back alone, the others are rolled back too. */
function guardReturn({ facts }: Deployment, checks: WatchCheck[]): string | undefined {
  const { rollbackTo, slot } = facts;
  const check = checks.find(({ returned }) => returned !== undefined);
  if (!check?.returned || !rollbackTo || !slot) return undefined;
  return describeGuardReturn(check.host, facts, check.returned);
}

export async function waitForNextRound(
  context: StageContext,
  deployment: Deployment,
): Promise<void> {
  const { interval_seconds } = context.target.place.watch;
  const last = deployment.checks.at(-1)?.at ?? requireFact(context.facts, 'switchedAt');
  const ms = Math.max(0, last + interval_seconds * 1_000 - Date.now());
  await wait(ms, undefined, { signal: context.signal });
}

export async function runRound(context: StageContext, deployment: Deployment): Promise<Deployment> {
  const { ports, epoch, target } = context;
  const at = Date.now();
  // Hosts are opened separately, so that an unreachable one does not hide the others.
  const checks = await Promise.all(
    target.place.hosts.map(async (host) => ({
      at,
      host: host.name,
      ...(await checkHost(context, host, deployment)),
    })),
  );
  const changed = await ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === 'watch' ? judgeRound(latest, checks, target.place.watch) : [],
  );
  if (changed.due !== 'watch') throw new Interrupted('the watch was ended by a rollback');
  return changed;
}
