// Stores deployments' journals in Redis. Appends events by compare-and-set.
import { z } from 'zod';
import { decisionsOf } from '../../deploy/audit/decisions.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { fold } from '../../deploy/record/fold.ts';
import { Fenced } from '../../deploy/record/errors.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import {
  type Changed,
  Claim,
  type Decide,
  HistoryEntry,
  historyEntry,
  type Records,
} from '../../deploy/history/records.ts';
import { cleanDeepInSlices } from '../../deploy/secrets/clean-record.ts';
import { parseJson } from '../../deploy/untrusted/parse-json.ts';
import { query, runScript, type RecordsOptions } from '../connection/queries.ts';
import { auditLines } from './audit.ts';
import { skipUnreadable, parseStored } from './stored.ts';
import { CHANGES, key, placeKey } from './keys.ts';
import { createRecordCreation } from './create-record.ts';
import { createJournals, type Journals } from './journals.ts';
import { createQueue } from './queue.ts';
import { createLocks } from './locks.ts';
import { APPEND, MARK_PAINTED, TAKE_EPOCH } from './scripts.ts';

/** The script APPEND returns its outcome, and for `fenced` the current epoch. */
const Answer = z.tuple([z.string()], z.string());

export function createRecords(options: RecordsOptions): Records {
  const { redis } = options;
  const journals = createJournals(redis);
  const read = async (id: string) => (await journals.read(id))?.deployment;
  return {
    ...createRecordCreation(options),
    ...createQueue(options),
    read,
    readOrSkip: (id) => read(id).catch(skipUnreadable),
    change: (id, decide) => change(options, journals, id, decide, ''),
    async changeAs(id, epoch, decide) {
      const changed = await change(options, journals, id, decide, String(epoch));
      if (changed.kind === 'missing') throw noJournal(id);
      return changed.deployment;
    },
    takeEpoch: async (id, above = 0) => takeEpoch(options, await read(id), id, above),
    active: () => query(redis.smembers(key('active'))),
    unpainted: () => query(redis.smembers(key('unpainted'))),
    async markPainted(id, version) {
      const keys = [key('journal', id), key('unpainted')];
      await runScript({ redis }, MARK_PAINTED, keys, [id, String(version)]);
    },
    claim: async (place) => parseStored(Claim, await query(redis.get(placeKey('claim', place)))),
    ...createLocks(options),
    async history(place, limit) {
      const entries = await query(redis.zrevrange(placeKey('history', place), 0, limit - 1));
      return entries.flatMap((entry) => {
        const parsedEntry = HistoryEntry.safeParse(parseJson(entry));
        return parsedEntry.success ? [parsedEntry.data] : [];
      });
    },
    subscribe: options.subscribe,
  };
}

async function change(
  options: RecordsOptions,
  journals: Journals,
  id: string,
  decide: Decide,
  epoch: string,
): Promise<Changed> {
  for (;;) {
    const journal = await journals.read(id);
    if (!journal) return { kind: 'missing' };
    const before = journal.deployment;
    if (epoch !== '' && Number(epoch) < before.epoch) throw fenced(id, before.epoch);
    const events: DeploymentEvent[] = [];
    for (const event of decide(before))
      events.push(await cleanDeepInSlices(options.redactor, event));
    if (events.length === 0) return { kind: 'unchanged', deployment: before };
    const after = fold([...journal.events, ...events]);
    const answer = await append(options, after, { events, version: journal.events.length, epoch });
    if (answer === 'conflict') continue;
    options.changed?.(after, events);
    return { kind: 'changed', deployment: after };
  }
}

async function append(
  options: RecordsOptions,
  after: Deployment,
  writing: { events: DeploymentEvent[]; version: number; epoch: string },
): Promise<'written' | 'conflict'> {
  const { id, request, finished } = after;
  const keys = [
    key('journal', id),
    key('epoch', id),
    placeKey('claim', request),
    key('active'),
    placeKey('history', request),
    key('unpainted'),
    placeKey('line', request),
    key('audit-pending'),
  ];
  const given = [
    id,
    String(writing.version),
    writing.epoch,
    finished ? '1' : '0',
    String(finished?.at ?? 0),
    // Only finished deployments are part of the history.
    finished ? JSON.stringify(historyEntry(after, finished)) : '',
    CHANGES,
    String(writing.events.length),
    ...writing.events.map((event) => JSON.stringify(event)),
    ...auditLines(decisionsOf(after, writing.events)),
  ];
  const [kind, epoch] = Answer.parse(await runScript(options, APPEND, keys, given));
  if (kind === 'fenced') throw fenced(id, Number(epoch));
  return kind === 'conflict' ? kind : 'written';
}

async function takeEpoch(
  options: RecordsOptions,
  deployment: Deployment | undefined,
  id: string,
  above: number,
): Promise<number> {
  if (!deployment) throw noJournal(id);
  const keys = [placeKey('epoch', deployment.request), key('epoch', id)];
  return z.number().parse(await runScript(options, TAKE_EPOCH, keys, [String(above)]));
}

function fenced(id: string, epoch: number): Fenced {
  return new Fenced(`deployment ${id} has been taken over by a worker with epoch ${epoch}`, {
    code: 'fenced',
    next: 'nothing to do: the other worker continues.',
    cause: { epoch },
  });
}

function noJournal(id: string): Fenced {
  return new Fenced(`deployment ${id} has no journal any more`, {
    code: 'no-journal',
    next: 'check the hosts with `/argo health`, then `/argo deploy`: Redis has lost its data.',
  });
}
