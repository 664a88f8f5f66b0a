import type { Deployment } from '../../deploy/record/deployment.ts';
import { everything } from '../requests/place-status.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** Deployments of a place to look through: three seconds are left to open a form. */
const LOOK_BACK = 20;

/**
 * The deployment whose thread begins with this message, if it is one of the last of what the channel operates.
 * Slack does not promise to send a message's metadata along, so it is found by where its line was painted.
 */
export async function deploymentOf(
  { records, painted, settings }: Pick<SlackPorts, 'records' | 'painted' | 'settings'>,
  channel: string,
  ts: string,
): Promise<Deployment | undefined> {
  const places = everything(settings).filter(({ place }) =>
    place.access.channels.includes(channel),
  );
  const known = await Promise.all([
    records.active(),
    ...places.map(async (place) => (await records.history(place, LOOK_BACK)).map(({ id }) => id)),
  ]);
  const found = await Promise.all(
    known.flat().map(async (id) => {
      const { summary } = await painted.read(id);
      return summary?.channel === channel && summary.ts === ts ? [id] : [];
    }),
  );
  const [id] = found.flat();
  return id === undefined ? undefined : records.past(id);
}
