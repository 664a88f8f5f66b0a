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

/** Fingerprint of an alert, by the side that fails. While one is open, this side raises no second alert. */
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
  const raised = alertFor(rounds, settings, alert) ?? restartAlert(all, checks, alert);
  if (raised && isNewAlert(alert, raised.fingerprint, at)) {
    // Only one alert is open at a time, so an open alert with another cause ends first.
    if (alert && alert.fingerprint !== raised.fingerprint) events.push({ type: 'recovered', at });
    return [...events, { type: 'alerted', at, ...raised }];
  }
  // Rounds without an answer do not interrupt a row of healthy rounds.
  const healthy = streak(answeredRounds(rounds), ({ state }) => state === 'healthy');
  if (alert && healthy >= settings.degraded_for) events.push({ type: 'recovered', at });
  return events;
}

/** Returns the reason for a rollback after enough failed rounds in a row in which a rollback would help users. */
function rollbackReason(rounds: readonly Round[], settings: WatchSettings): string | undefined {
  const down = streak(
    answeredRounds(rounds),
    ({ state, stuck }) => state === 'unavailable' && stuck === undefined,
  );
  const last = rounds.at(-1);
  if (!last || down < settings.unavailable_for) return undefined;
  const said = describeRound(last);
  const failed = `${down} checks in a row failed (limit ${settings.unavailable_for})`;
  return `${failed}. ${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}

interface NewAlert {
  reason: string;
  fingerprint: string;
}

function alertFor(
  rounds: readonly Round[],
  settings: WatchSettings,
  alert: Alert | undefined,
): NewAlert | undefined {
  const seen = answeredRounds(rounds);
  const last = seen.at(-1);
  const unwell = streak(seen, ({ state }) => state !== 'healthy');
  if (last && unwell >= settings.degraded_for) {
    const fingerprint = fingerprints[last.side];
    const same = streak(seen, ({ state, side }) => state !== 'healthy' && side === last.side);
    // If failures of the slot and of the public address alternate, the open alert is enough.
    const other = alert && Object.values(fingerprints).includes(alert.fingerprint);
    if (!other || alert.fingerprint === fingerprint || same >= settings.degraded_for) {
      const stuck = last.stuck && `. A rollback would not help, because ${last.stuck}`;
      const said = `${describeRound(last)} (${unwell} checks in a row)`;
      return { reason: `${said}${stuck ?? ''}`, fingerprint };
    }
  }
  const unseen = streak(rounds, ({ state }) => state === 'unknown');
  if (alert || unseen < settings.unavailable_for) return undefined;
  const shown = rounds.at(-1)?.detail ?? 'no detail';
  const reason = `${unseen} checks in a row got no answer: ${shown}`;
  return { reason, fingerprint: 'cannot-tell' };
}

/** Returns an alert if a check found a new restart by systemd; later checks with the same count raise none. */
function restartAlert(
  all: readonly WatchCheck[],
  checks: readonly WatchCheck[],
  alert: Alert | undefined,
): NewAlert | undefined {
  const died = checks.find((check) => restartedIn(all, check));
  if (!died || alert) return undefined;
  return {
    reason: `on ${died.host}, ${died.detail ?? 'the service restarted since the switch'}`,
    fingerprint: fingerprints.slot,
  };
}

function describeRound({ detail, state, side }: Round): string {
  const said = detail ?? `the release was ${state}`;
  return side === 'public' ? `${said}, although the service itself answers` : said;
}

/** True if no alert with this cause is open, or if that alert's snooze is over. */
function isNewAlert(alert: Alert | undefined, fingerprint: string, at: number): boolean {
  if (alert?.fingerprint !== fingerprint) return true;
  return alert.snoozed !== undefined && !isSnoozed(alert, at);
}

/** Returns the reason to roll back the other hosts if the guard of one host has rolled it back. */
function guardReturn({ facts }: Deployment, checks: WatchCheck[]): string | undefined {
  const { rollbackTo, slot } = facts;
  const check = checks.find(({ returned }) => returned !== undefined);
  if (!check?.returned || !rollbackTo || !slot) return undefined;
  return describeGuardReturn(check.host, facts, check.returned);
}

export async function waitForNextRound(context: StageContext, d: Deployment): Promise<void> {
  const { interval_seconds } = context.target.place.watch;
  const last = d.checks.at(-1)?.at ?? requireFact(context.facts, 'switchedAt');
  const ms = Math.max(0, last + interval_seconds * 1_000 - Date.now());
  await wait(ms, undefined, { signal: context.signal });
}

export async function runRound(context: StageContext, deployment: Deployment): Promise<Deployment> {
  const { ports, epoch, target } = context;
  const at = Date.now();
  // `checkHost` connects to its host itself, so that an unreachable host does not hide the results of the others.
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
