import { policy } from '../../deploy/policy.ts';
import { findTarget, type Settings, type Target } from '../../deploy/settings.ts';
import { aim } from '../aim.ts';
import type { SlackPorts } from '../ports.ts';
import { statusView, type PlaceStatus } from '../views/status.ts';
import type { CommandListener } from './listener.ts';

/** Far enough back to find a good release behind a row of bad ones. */
const LOOK_BACK = 30;
const MAX_PLACES = 10;

export const status: CommandListener<'status'> = async (command, ask, ports) => {
  if (command.service !== undefined || command.environment !== undefined) {
    const aimed = await aim(ports, ask, command, { kind: 'look' });
    if (aimed.kind === 'refused') return aimed.reply;
    return statusView([await look(ports, aimed.target)]);
  }
  const actor = { user: ask.user, groups: [] };
  const visible = everything(ports.settings).filter(
    (target) => policy(actor, ask.channel, { kind: 'look' }, target).kind === 'allowed',
  );
  const shown = visible.slice(0, MAX_PLACES);
  return statusView(await Promise.all(shown.map((target) => look(ports, target))), visible.length);
};

function everything(settings: Settings): Target[] {
  return Object.entries(settings.services).flatMap(([service, { environments }]) =>
    Object.keys(environments).flatMap((environment) => {
      const found = findTarget(settings, service, environment);
      return found.kind === 'found' ? [found.target] : [];
    }),
  );
}

async function look({ records }: SlackPorts, target: Target): Promise<PlaceStatus> {
  const place = { service: target.service, environment: target.environment };
  const [claim, lock, history] = await Promise.all([
    records.claim(place),
    records.readLock(place),
    records.history(place, LOOK_BACK),
  ]);
  const running = claim && (await records.read(claim.deployment));
  return { place, target, lock, history, running };
}
