// Stores the queue of deployments that wait for a claim, and gives the claim to the next one.
import { z } from 'zod';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { DeployRequest } from '../../deploy/record/events.ts';
import { describeRequest } from '../../deploy/record/requests.ts';
import { wantsOf } from '../../deploy/acts/queue.ts';
import { Claim, QueueEntry, Lock, type Records } from '../../deploy/history/records.ts';
import { query, runScript, type Writing } from '../connection/queries.ts';
import { key, placeKey } from './keys.ts';
import { parseStored } from './stored.ts';
import { DEQUEUE } from './scripts.ts';

const Answer = z.tuple([z.enum(['turn', 'behind', 'locked', 'over']), z.string(), z.string()]);

/** Each service and environment has its own queue. Its first entry gets the claim next. */
export function createQueue(options: Writing): Pick<Records, 'dequeue' | 'queue'> {
  return {
    async dequeue({ id, request, queued }: Deployment) {
      const at = Date.now();
      const by = request.origin.user;
      const claim: Claim = { deployment: id, since: at, by };
      const entry = entryOf(id, request, queued?.since ?? at);
      const keys = [
        placeKey('claim', request),
        placeKey('lock', request),
        placeKey('line', request),
        key('active'),
      ];
      const given = [id, JSON.stringify(claim), JSON.stringify(entry)];
      const [kind, place, what] = Answer.parse(await runScript(options, DEQUEUE, keys, given));
      switch (kind) {
        case 'turn':
        case 'over':
          return { kind };
        case 'locked':
          return { kind, place: Number(place), lock: Lock.parse(JSON.parse(what)) };
        case 'behind':
          return { kind, place: Number(place), claim: parseStored(Claim, what || null) };
      }
    },
    async queue(place) {
      const entries = await query(options.redis.lrange(placeKey('line', place), 0, -1));
      return entries.map((entry) => QueueEntry.parse(JSON.parse(entry)));
    },
  };
}

export function entryOf(deployment: string, request: DeployRequest, since: number): QueueEntry {
  const mindsLock = !describeRequest(request).rollsBack;
  return { deployment, by: request.origin.user, since, wants: wantsOf(request), mindsLock };
}
