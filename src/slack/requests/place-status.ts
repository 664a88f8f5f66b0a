// Reads what the records say of a service in an environment right now.
import { readLive } from '../../deploy/history/live-by-record.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { SlackPorts } from '../contract/ports.ts';
import type { PlaceStatus } from '../views/answers/status.ts';

/** More than status and Home list, because older deployments name the commit of a rollback's release. */
const LOOK_BACK = 30;

/** `most`: how many deployments are listed. */
export async function placeStatus(
  { records }: Pick<SlackPorts, 'records'>,
  target: Target,
  most = LOOK_BACK,
): Promise<PlaceStatus> {
  const place = { service: target.service, environment: target.environment };
  const [{ live, running, unreadable }, lock, history, queue] = await Promise.all([
    readLive(records, place),
    records.readLock(place),
    records.history(place, Math.max(most, LOOK_BACK)),
    records.queue(place),
  ]);
  return { place, target, live, lock, history, running, unreadable, queue };
}

/** There is no channel here, so it counts as the one in which the thread would be. */
export function channelOf({ place }: Target): string {
  return place.access.channels[0] ?? '';
}
