// Finds the deployment to which a Slack message belongs, for the shortcut on a message.
import { allTargets } from '../../deploy/settings/settings.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';

import type { SlackPorts } from '../contract/ports.ts';

/** How many deployments per environment are searched: Slack's trigger expires after 3 seconds. */
const LOOK_BACK = 20;

/** Searches by the stored ts of summary messages, because Slack does not always send a message's metadata. */
export async function deploymentOf(
  { records, painted, settings }: Pick<SlackPorts, 'records' | 'painted' | 'settings'>,
  channel: string,
  ts: string,
): Promise<Deployment | undefined> {
  const places = allTargets(settings).filter(({ place }) =>
    place.access.channels.includes(channel),
  );
  const ids = await Promise.all([
    records.active(),
    ...places.map(async (place) => (await records.history(place, LOOK_BACK)).map(({ id }) => id)),
  ]);
  const found = await Promise.all(
    ids.flat().map(async (id) => {
      const { summary } = await painted.read(id);
      return summary?.channel === channel && summary.ts === ts ? [id] : [];
    }),
  );
  const [id] = found.flat();
  return id === undefined ? undefined : records.readOrSkip(id);
}
