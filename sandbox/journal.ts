import { z } from 'zod';
import type { DeploymentEvent } from '../src/deploy/record/events.ts';
import { JournalEvent } from '../src/deploy/record/journal-event.ts';
import type { Connection } from '../src/redis/connection/connect.ts';
import { key, placeKey } from '../src/redis/records/keys.ts';

const Entry = z.object({ id: z.string() });

/** The events of the newest deployment that has ended there. */
export async function lastJournal(
  redis: Connection,
  environment = 'production',
): Promise<DeploymentEvent[]> {
  const place = { service: 'argo-trading', environment };
  const [entry] = await redis.zrevrange(placeKey('history', place), 0, 0);
  if (entry === undefined) throw new Error('no deployment has ended yet');
  const { id } = Entry.parse(JSON.parse(entry));
  const lines = await redis.lrange(key('journal', id), 0, -1);
  return lines.map((line) => JournalEvent.parse(JSON.parse(line)));
}
