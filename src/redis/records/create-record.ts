// Writes the record of a new deployment to Redis in one transaction, with its claim or its place in the queue.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { decisionsOf } from '../../deploy/audit/decisions.ts';
import { fold } from '../../deploy/record/fold.ts';
import type { DeploymentEvent, DeployRequest } from '../../deploy/record/events.ts';
import { describeRequest, isDryRun } from '../../deploy/record/requests.ts';
import { Claim, QueueEntry, Lock, type Records } from '../../deploy/history/records.ts';
import { runScript, type RecordsOptions } from '../connection/queries.ts';
import { auditLines } from './audit.ts';
import { key, placeKey } from './keys.ts';
import { entryOf } from './queue.ts';
import { parseStored } from './stored.ts';
import { CREATE } from './scripts.ts';

type WhenBusy = 'refuse' | 'wait' | 'wait-anyway';

const Created = z.tuple([z.enum(['created', 'busy', 'locked'])], z.string());
const Enqueued = z.tuple([z.enum(['created', 'waiting', 'same', 'locked'])], z.string());

export function createRecordCreation(
  options: RecordsOptions,
): Pick<Records, 'create' | 'createOrEnqueue'> {
  return {
    async create(request) {
      const { answer, requested } = await createWith(options, request, 'refuse');
      const [kind, json = ''] = Created.parse(answer);
      if (kind === 'locked') return { kind, lock: Lock.parse(JSON.parse(json)) };
      if (kind === 'busy') return { kind, claim: parseStored(Claim, json || null) };
      return { kind, deployment: foldNew(options, [requested]) };
    },
    async createOrEnqueue(request, anyway) {
      const whenBusy = anyway ? 'wait-anyway' : 'wait';
      const { answer, requested, queued } = await createWith(options, request, whenBusy);
      const [kind, json = ''] = Enqueued.parse(answer);
      if (kind === 'locked') return { kind, lock: Lock.parse(JSON.parse(json)) };
      if (kind === 'same') return { kind, entry: QueueEntry.parse(JSON.parse(json)) };
      const events = kind === 'waiting' ? [requested, queued] : [requested];
      return { kind, deployment: foldNew(options, events) };
    },
  };
}

function foldNew({ changed }: RecordsOptions, events: DeploymentEvent[]) {
  const deployment = fold(events);
  changed?.(deployment, events);
  return deployment;
}

async function createWith(options: RecordsOptions, request: DeployRequest, whenBusy: WhenBusy) {
  const at = Date.now();
  const id = `d${at.toString(36)}${randomBytes(3).toString('hex')}`;
  const requested: DeploymentEvent = { type: 'requested', at, id, request };
  const queued: DeploymentEvent = { type: 'queued', at };
  const claim: Claim = { deployment: id, since: at, by: request.origin.user };
  const keys = [
    placeKey('claim', request),
    placeKey('lock', request),
    key('journal', id),
    key('active'),
    key('unpainted'),
    placeKey('line', request),
    key('audit-pending'),
  ];
  const answer = await runScript(options, CREATE, keys, [
    id,
    JSON.stringify(claim),
    JSON.stringify(requested),
    isDryRun(request) ? '0' : '1',
    // Whether lock and queue apply: a rollback ignores the lock and goes before the queue, a dry run needs neither.
    isDryRun(request) || describeRequest(request).rollsBack ? '0' : '1',
    whenBusy,
    JSON.stringify(queued),
    JSON.stringify(entryOf(id, request, at)),
    ...auditLines(decisionsOf({ id, request }, [requested])),
    ...auditLines(decisionsOf({ id, request }, [requested, queued])),
  ]);
  return { answer, requested, queued };
}
