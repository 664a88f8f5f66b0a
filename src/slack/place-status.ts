import { findTarget, type Settings, type Target } from '../deploy/settings.ts';
import type { SlackPorts } from './ports.ts';
import type { PlaceStatus } from './views/status.ts';

/** Far enough back to find a good release behind a row of bad ones. */
const LOOK_BACK = 30;

export function everything(settings: Settings): Target[] {
  return Object.entries(settings.services).flatMap(([service, { environments }]) =>
    Object.keys(environments).flatMap((environment) => {
      const found = findTarget(settings, service, environment);
      return found.kind === 'found' ? [found.target] : [];
    }),
  );
}

/** What the records say of a service in an environment right now. */
export async function placeStatus(
  { records }: Pick<SlackPorts, 'records'>,
  target: Target,
): Promise<PlaceStatus> {
  const place = { service: target.service, environment: target.environment };
  const [claim, lock, history, line] = await Promise.all([
    records.claim(place),
    records.readLock(place),
    records.history(place, LOOK_BACK),
    records.line(place),
  ]);
  const running = claim && (await records.read(claim.deployment));
  return { place, target, lock, history, running, line };
}
