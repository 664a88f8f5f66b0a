import type { Deployment } from '../../src/deploy/record/deployment.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import { Fenced } from '../../src/deploy/record/errors.ts';
import { wantsOf } from '../../src/deploy/acts/queue.ts';
import type { DeploymentEvent, DeployRequest } from '../../src/deploy/record/events.ts';
import { describeRequest, isDryRun } from '../../src/deploy/record/requests.ts';
import { JournalEvent } from '../../src/deploy/record/journal-event.ts';
import {
  type Changed,
  type Claim,
  type Created,
  type HistoryEntry,
  historyEntry,
  isSameLock,
  type QueueEntry,
  type EnqueueResult,
  type Lock,
  type Place,
  type Records,
  type DequeueResult,
} from '../../src/deploy/history/records.ts';

export interface MemoryRecords extends Records {
  /** Appends as a worker would, without its checks. */
  append(id: string, ...events: DeploymentEvent[]): Promise<void>;
  journal(id: string): DeploymentEvent[];
}

/** Records over arrays: the same answers as the ones in Redis, for one process. `announce`: of every write but `append`. */
export function createMemoryRecords(
  announce: (deployment: Deployment) => void = () => undefined,
): MemoryRecords {
  const journals = new Map<string, DeploymentEvent[]>();
  const claims = new Map<string, Claim>();
  const locks = new Map<string, Lock>();
  const lines = new Map<string, QueueEntry[]>();
  const finished: { place: string; entry: HistoryEntry }[] = [];
  const painted = new Map<string, number>();
  const watchers = new Map<string, Set<() => void>>();
  let epoch = 0;

  function read(id: string): Deployment | undefined {
    const events = journals.get(id);
    return events && fold(events);
  }

  function write(id: string, events: readonly DeploymentEvent[]): Deployment {
    const journal = journals.get(id) ?? [];
    journal.push(...events.map((event) => JournalEvent.parse(structuredClone(event))));
    journals.set(id, journal);
    const after = fold(journal);
    if (after.finished && events.some(({ type }) => type === 'finished')) end(after);
    for (const changed of watchers.get(id) ?? []) changed();
    return after;
  }

  function end(d: Deployment): void {
    const place = nameOf(d.request);
    if (claims.get(place)?.deployment === d.id) claims.delete(place);
    lines.set(
      place,
      lineOf(place).filter(({ deployment }) => deployment !== d.id),
    );
    if (d.finished) finished.unshift({ place, entry: historyEntry(d, d.finished) });
  }

  async function change(
    id: string,
    decide: (d: Deployment) => DeploymentEvent[],
  ): Promise<Changed> {
    const before = read(id);
    if (!before) return { kind: 'missing' };
    const events = decide(before);
    if (events.length === 0) return { kind: 'unchanged', deployment: before };
    return { kind: 'changed', deployment: told(write(id, events)) };
  }

  function told(deployment: Deployment): Deployment {
    announce(deployment);
    return deployment;
  }

  const lineOf = (place: string): QueueEntry[] => lines.get(place) ?? [];

  function begin(request: DeployRequest): Deployment {
    const id = `d${journals.size + 1}`;
    return write(id, [{ type: 'requested', at: Date.now(), id, request }]);
  }

  async function createOrEnqueue(request: DeployRequest, anyway: boolean): Promise<EnqueueResult> {
    const created = await create(request);
    if (created.kind !== 'busy') return created;
    const place = nameOf(request);
    const wants = wantsOf(request);
    const same = lineOf(place).find((entry) => entry.wants === wants);
    if (same && !anyway) return { kind: 'same', entry: same };
    const { id } = begin(request);
    const since = Date.now();
    const mindsLock = request.kind === 'deploy';
    const entry = { deployment: id, by: request.origin.user, since, wants, mindsLock };
    lines.set(place, mindsLock ? [...lineOf(place), entry] : [entry, ...lineOf(place)]);
    const deployment = told(write(id, [{ type: 'queued', at: since }]));
    return { kind: 'waiting', deployment };
  }

  async function dequeue({ id, request }: Deployment): Promise<DequeueResult> {
    const place = nameOf(request);
    const claim = claims.get(place);
    if (read(id)?.finished) return { kind: 'over' };
    if (claim?.deployment === id) return { kind: 'turn' };
    const at = lineOf(place).findIndex(({ deployment }) => deployment === id) + 1;
    const lock = locks.get(place);
    if (claim) return { kind: 'behind', place: at, claim };
    if (lock && request.kind === 'deploy') return { kind: 'locked', place: at, lock };
    if (at > 1) return { kind: 'behind', place: at, claim: undefined };
    lines.set(place, lineOf(place).slice(1));
    claims.set(place, { deployment: id, since: Date.now(), by: request.origin.user });
    return { kind: 'turn' };
  }

  async function create(request: DeployRequest): Promise<Created> {
    const place = nameOf(request);
    const dry = isDryRun(request);
    const minds = !describeRequest(request).rollsBack && !dry;
    const lock = locks.get(place);
    if (lock && minds) return { kind: 'locked', lock };
    const claim = claims.get(place);
    const waiting = minds && lineOf(place).length > 0;
    if ((claim || waiting) && !dry) return { kind: 'busy', claim };
    const deployment = told(begin(request));
    const { id, createdAt: since } = deployment;
    if (!dry) claims.set(place, { deployment: id, since, by: request.origin.user });
    return { kind: 'created', deployment };
  }

  return {
    create,
    createOrEnqueue,
    dequeue,
    queue: async (place) => lineOf(nameOf(place)),
    read: async (id) => read(id),
    readOrSkip: async (id) => read(id),
    change,
    async changeAs(id, by, decide) {
      const before = read(id);
      if (!before || by < before.epoch) {
        throw new Fenced(`deployment ${id} is another worker's`, {
          code: 'fenced',
          next: 'Nothing.',
        });
      }
      const changed = await change(id, decide);
      return changed.kind === 'missing' ? before : changed.deployment;
    },
    takeEpoch: async (_id, above = 0) => (epoch = Math.max(epoch, above) + 1),
    active: async () => [...journals.keys()].filter((id) => !read(id)?.finished),
    unpainted: async () =>
      [...journals]
        .filter(([id, journal]) => journal.length > (painted.get(id) ?? 0))
        .map(([id]) => id),
    markPainted: async (id, version) => void painted.set(id, version),
    claim: async (place) => claims.get(nameOf(place)),
    lock: async (place, lock) => void locks.set(nameOf(place), lock),
    async lockIfOpen(place, lock) {
      const there = locks.get(nameOf(place));
      if (!there) locks.set(nameOf(place), lock);
      return there;
    },
    async unlock(place, _by, seen) {
      const lock = locks.get(nameOf(place));
      if (lock && seen && !isSameLock(lock, seen)) return undefined;
      locks.delete(nameOf(place));
      return lock;
    },
    readLock: async (place) => locks.get(nameOf(place)),
    history: async (place, limit) =>
      finished
        .filter((one) => one.place === nameOf(place))
        .map(({ entry }) => entry)
        .slice(0, limit),
    async subscribe(id, changed) {
      const mine = watchers.get(id) ?? new Set();
      watchers.set(id, mine.add(changed));
      return async () => void mine.delete(changed);
    },
    append: async (id, ...events) => void write(id, events),
    journal: (id) => journals.get(id) ?? [],
  };
}

function nameOf({ service, environment }: Place | DeployRequest): string {
  return `${service}:${environment}`;
}
