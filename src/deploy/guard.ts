import { StageFailed } from './errors.ts';
import { otherSlot, type Slot } from './events.ts';
import { isNew } from './facts.ts';
import { known, portOf, proxyOf, slotUrl, unitName } from './layout.ts';
import { runScript } from './on-every-host.ts';
import type { Host } from './ports.ts';
import type { StageContext } from './stage.ts';

/** So long the bot may be silent; a watch that looks less often than that is waited for. */
const SILENCE_SECONDS = 60;
/** Beyond the watch, for the stages before it and a host that could not be asked. */
const LONGER_SECONDS = 900;

/**
 * Leaves somebody on the host, before traffic moves, who goes back alone if the new release turns out
 * unhealthy while no bot is there to see it. Where there is nothing to go back to there is nobody to leave.
 */
export async function armGuard(context: StageContext, host: Host): Promise<void> {
  const { target, facts } = context;
  const { rollbackTo } = facts;
  if (!rollbackTo || isNew(facts.hosts?.[host.name])) return;
  const slot = known(facts, 'slot');
  if (rollbackTo.slot !== otherSlot(slot)) return;
  const { health, python } = target.settings;
  const { checks, interval_seconds } = target.place.watch;
  const wellBy = (degraded: string[]): string =>
    JSON.stringify({ healthy: health.healthy, degraded });
  const answer = await runScript(context, host, 'arm-guard', {
    slot,
    release: known(facts, 'release'),
    port: portOf(target, slot),
    back: rollbackTo.slot,
    back_release: rollbackTo.release,
    back_port: portOf(target, rollbackTo.slot),
    back_unit: unitName(target, rollbackTo.slot),
    upstream: proxyOf(target).upstream,
    url: slotUrl(target, slot, health.path).href,
    back_url: slotUrl(target, rollbackTo.slot, health.path).href,
    path: health.status ?? '',
    well: wellBy(health.allow_degraded ? health.degraded : []),
    back_well: wellBy(health.degraded),
    python: python?.interpreter ?? '/usr/bin/python3',
    silence: Math.ceil(Math.max(SILENCE_SECONDS, 2 * interval_seconds + 10)),
    // Rounds that could not be made are made again, up to three times as often.
    lasts: Math.ceil(3 * checks * interval_seconds + LONGER_SECONDS),
    unit: `argo-guard-${target.service}-${target.environment}.service`,
  });
  const returned = answer.maybe('returned');
  if (returned === undefined) return;
  throw new StageFailed(wentBack(host.name, rollbackTo, slot, returned), {
    code: 'guard-returned',
    host: host.name,
    next: 'Users are on the release of before. Look at the log of the new one, and why the bot was away.',
  });
}

/** What people are told when the bot is back and the host has helped itself meanwhile. */
export function wentBack(
  host: string,
  { release, slot }: { release: string; slot: Slot },
  from: Slot,
  at: string,
): string {
  return `${host} went back by itself to ${release} in ${slot} at ${at}: ${from} was not healthy and nothing had been heard of the bot`;
}
