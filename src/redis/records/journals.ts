// Reads the journals of deployments, and of a journal that this process has read before, only what is new.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import { JournalEvent } from '../../deploy/record/journal-event.ts';
import { deepFreeze } from '../../deploy/record/deep-freeze.ts';
import { parseJson } from '../../deploy/untrusted/parse-json.ts';
import { query, type RecordsRedis } from '../connection/queries.ts';
import { key } from './keys.ts';
import { foldJournal, unreadable } from './stored.ts';

/** The events are frozen, because later reads return them again. */
export interface Journal {
  events: readonly DeploymentEvent[];
  deployment: Deployment;
}

export interface Journals {
  /** Returns undefined if there is no journal. Fails with Misconfigured if it cannot be read. */
  read(id: string): Promise<Journal | undefined>;
}

/** How many journals to keep. Each has the logs of its stages, up to a few hundred kilobytes. */
const MOST_KEPT = 12;

export function createJournals(redis: RecordsRedis): Journals {
  const kept = new Map<string, { last: string; events: readonly DeploymentEvent[] }>();
  return {
    async read(id) {
      const known = kept.get(id);
      const at = known ? known.events.length - 1 : 0;
      let lines = await query(redis.lrange(key('journal', id), at, -1));
      // Another line in this place: Redis has lost data, or `argo-bot repair` has set the journal aside.
      const grown = known !== undefined && lines[0] === known.last;
      if (known && !grown) lines = await query(redis.lrange(key('journal', id), 0, -1));
      kept.delete(id);
      const last = lines.at(-1);
      if (last === undefined) return undefined;
      const events = grown
        ? [...known.events, ...parseLines(id, lines.slice(1), known.events.length)]
        : parseLines(id, lines, 0);
      const deployment = foldJournal(id, events);
      if (!deployment.finished) kept.set(id, { last, events });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return { events, deployment };
    },
  };
}

function parseLines(id: string, lines: readonly string[], before: number): DeploymentEvent[] {
  return lines.map((line, at) => {
    const event = JournalEvent.safeParse(parseJson(line));
    if (event.success) return deepFreeze(event.data);
    const number = before + at + 1;
    throw unreadable(id, `line ${number} is no event that this version knows`, event.error);
  });
}
