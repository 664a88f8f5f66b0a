// Reads the state of a service in an environment from the records: live release, lock, history, queue.
import { readLive } from '../../deploy/history/live-by-record.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { SlackPorts } from '../contract/ports.ts';
import type { PlaceStatus } from '../views/answers/status.ts';

/** How many history entries are read: the one that names the live release's commit may be old after a rollback. */
const LOOK_BACK = 30;

/** `most`: the number of history entries that the caller shows. `reader`: the person who reads the status. */
export async function placeStatus(
  { records }: Pick<SlackPorts, 'records'>,
  target: Target,
  { most = LOOK_BACK, reader }: { most?: number; reader?: string } = {},
): Promise<PlaceStatus> {
  const place = { service: target.service, environment: target.environment };
  const [read, lock, history, queue] = await Promise.all([
    readLive(records, place),
    records.readLock(place),
    records.history(place, Math.max(most, LOOK_BACK)),
    records.queue(place),
  ]);
  return { place, target, ...read, lock, history, queue, reader };
}
