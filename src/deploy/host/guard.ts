// Decides the settings of the guard, a unit that rolls its host back if the bot is silent. Reads the guard's result.
import { StageFailed } from '../record/errors.ts';
import { otherSlot } from '../record/events.ts';
import { type Facts, isNewHost, requireFact } from '../record/facts.ts';
import { portOf, slotUrl, unitName, hasOneUnit } from '../settings/layout.ts';
import type { Answer, Host, ScriptCall } from '../ports/ports.ts';
import { readWatchedState } from '../failure/slot-journal.ts';
import { healthRequest } from '../health/health-request.ts';
import type { HealthValue } from '../settings/health.ts';
import type { Target } from '../settings/settings.ts';
import type { StageContext } from '../step/stage.ts';

/** Seconds that the guard runs longer than the watch, because other stages come between the switch and the watch. */
const EXTRA_SECONDS = 900;

/** Parameters with which switch.sh or restart.sh starts the guard. Empty if the host has no rollback target. */
export function guardParameters(context: StageContext, host: Host): ScriptCall['parameters'] {
  const { target, facts } = context;
  const { rollbackTo } = facts;
  if (!rollbackTo || isNewHost(facts.hosts?.[host.name])) return {};
  const slot = requireFact(facts, 'slot');
  if (rollbackTo.slot !== otherSlot(slot)) return {};
  const { health, python, unit } = target.settings;
  const { headers, timeoutMs } = healthRequest(target);
  const goodStatuses = (degraded: readonly HealthValue[]): string =>
    JSON.stringify({ healthy: health.healthy, degraded });
  return {
    guard: `argo-guard-${target.service}-${target.environment}.service`,
    port: portOf(target, slot),
    url: slotUrl(target, slot, health.path).href,
    well: goodStatuses(health.allow_degraded ? health.degraded : []),
    return_slot: rollbackTo.slot,
    return_release: rollbackTo.release,
    return_port: portOf(target, rollbackTo.slot),
    return_unit: unitName(target, rollbackTo.slot),
    return_url: slotUrl(target, rollbackTo.slot, health.path).href,
    return_well: goodStatuses(health.degraded),
    path: health.status ?? '',
    // The guard must send the same request as the bot, or it would roll back a healthy release.
    headers: JSON.stringify(headers),
    answer_seconds: timeoutMs / 1_000,
    python: python?.interpreter ?? '/usr/bin/python3',
    stop_seconds: unit.stop_timeout_seconds,
    ...guardTimes(target),
  };
}

/** Seconds. The guard acts after `silence` without the bot, plus `starts` after a reboot, and ends after `lasts`. */
function guardTimes(target: Target): Record<string, number> {
  const { settings, place } = target;
  const { checks, interval_seconds, guard_after_seconds } = place.watch;
  const starts = Math.ceil(settings.health.timeout_seconds);
  const oneUnit = hasOneUnit(target);
  // `silence` exceeds the longest pause between two checks of the watch; with one unit, also the release's start.
  const silence = Math.max(
    guard_after_seconds,
    2 * interval_seconds + 10,
    interval_seconds + settings.health.request_timeout_ms / 1_000 + 10,
    oneUnit ? starts + 10 : 0,
  );
  // Hosts restart one by one, so the guard of the first host runs until the last host has restarted.
  const restartSeconds = oneUnit
    ? place.hosts.length * (starts + settings.unit.stop_timeout_seconds)
    : 0;
  return {
    silence: Math.ceil(silence),
    // With one unit, `silence` already includes the time to start.
    starts: oneUnit ? 0 : starts,
    // The watch repeats unanswered rounds, up to three times as many as planned.
    lasts: Math.ceil(3 * checks * interval_seconds + EXTRA_SECONDS + restartSeconds),
  };
}

/** Fails with StageFailed `guard-returned` if the guard has rolled this host back. */
export function failIfReturned(context: StageContext, host: Host, answer: Answer): void {
  const returned = answer.maybe('returned') ?? answer.maybe('guard_returned');
  if (returned === undefined) return;
  throw new StageFailed(describeGuardReturn(host.name, context.facts, returned), {
    code: CODE,
    host: host.name,
    next: 'fix what the log shows, and find out why argo-bot did not reach this host. Users are on the previous release.',
  });
}

/** Call this after a failed check. Fails with `guard-returned` if a rollback by the guard explains the failed check. */
export async function checkReturned(context: StageContext, host: Host): Promise<void> {
  const slot = requireFact(context.facts, 'slot');
  failIfReturned(context, host, await readWatchedState(context, host, slot));
}

const CODE = 'guard-returned';

export function isGuardReturn(error: unknown): boolean {
  return error instanceof StageFailed && error.code === CODE;
}

/** Describes a rollback by the guard. `at`: the time as the host wrote it. */
export function describeGuardReturn(host: string, facts: Facts, at: string): string {
  const { release, slot } = requireFact(facts, 'rollbackTo');
  return `${host} rolled back automatically to ${release} in ${slot} at ${at}, because ${requireFact(facts, 'slot')} was unhealthy and argo-bot did not reach the host`;
}
