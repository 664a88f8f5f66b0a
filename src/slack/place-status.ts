import { liveAt } from '../deploy/live-by-record.ts';
import { findTarget, type Settings, type Target } from '../deploy/settings.ts';
import type { SlackPorts } from './ports.ts';
import type { PlaceStatus } from './views/status.ts';

/** As many of the newest deployments as the Home tab lists. */
const RECENT = 5;

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
  const [{ live, running, unreadable }, lock, history, line] = await Promise.all([
    liveAt(records, place),
    records.readLock(place),
    records.history(place, RECENT),
    records.line(place),
  ]);
  return { place, target, live, lock, history, running, unreadable, line };
}
