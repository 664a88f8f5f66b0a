import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Ending } from '../../src/deploy/record/events.ts';
import { JournalEvent } from '../../src/deploy/record/journal-event.ts';
import { key } from '../../src/redis/records/keys.ts';
import type { Moment } from './fault.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

const EVERY_MS = 4;

/** An instant that the seed names: in terms of the deployment, so that it comes again. */
export interface Instant {
  stage: string;
  moment: Moment;
  /** Where nothing tells the middle of a stage: so long after it began. */
  delayMs: number;
}

export const HostLine = z.object({
  at: z.string(),
  deployment: z.string(),
  epoch: z.number(),
  script: z.string(),
  event: z.enum(['begin', 'end']),
  code: z.number().optional(),
});
export type HostLine = z.infer<typeof HostLine>;

/** The script that a stage runs on the host, where it has one of its own. */
const scripts: Record<string, string> = {
  claim: 'claim',
  upload: 'upload',
  verify: 'verify',
  preflight: 'preflight',
  unit: 'install-unit',
  start: 'start-slot',
  recheck: 'claim',
  switch: 'switch',
  sync: 'sync-config',
  finish: 'finish',
  'switch-back': 'switch',
  lock: 'verdict',
  'sync-back': 'sync-config',
  cleanup: 'cleanup',
};

export interface Follower {
  reached(instant: Instant): Promise<void>;
  until(wanted: () => boolean): Promise<void>;
  /** The lines that the host's own journal has got since `from`. */
  lines: readonly HostLine[];
  stop(): void;
}

/** Where the host's own journal ends at this moment: asked before the deployment is, it misses nothing of it. */
export function hostJournalEnd(world: World): number {
  return tail(hostJournal(world), 0).length;
}

/** Reads along in the record and in the host's own journal, from outside. */
export function follow(world: World, run: Run, from: number): Follower {
  const lines: HostLine[] = [];
  const path = hostJournal(world);
  let offset = from;
  const waiting = new Set<{ wanted: () => boolean; resolve: () => void }>();
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    const added = tail(path, offset);
    offset += added.length;
    lines.push(...parseLines(added));
    // While Redis is away there is no news of the record.
    const events = await world.redis
      .lrange(key('journal', run.id), run.events.length, -1)
      .catch(() => []);
    run.events.push(...events.map((text) => JournalEvent.parse(JSON.parse(text))));
    for (const one of waiting) {
      if (!one.wanted()) continue;
      waiting.delete(one);
      one.resolve();
    }
  };
  const keepLooking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await pause(EVERY_MS);
    }
  };
  keepLooking().catch((error: unknown) => run.wrong.push(`could not follow: ${String(error)}`));
  const until = (wanted: () => boolean): Promise<void> =>
    new Promise((resolve) => waiting.add({ wanted, resolve }));
  return {
    lines,
    until,
    async reached({ stage, moment, delayMs }) {
      await until(() => seen(run, stage, moment === 'end' ? 'end' : 'begin'));
      const script = scripts[stage];
      if (moment !== 'mid') return;
      if (script === undefined) {
        await pause(delayMs);
        return;
      }
      // An earlier stage has run the same script.
      const before = stage === 'recheck' || stage === 'switch-back' ? 1 : 0;
      const times = (): number => lines.filter((line) => begins(line, script)).length;
      await until(() => times() > before || seen(run, stage, 'end'));
    },
    stop: () => stopping.abort(),
  };
}

function begins(line: HostLine, script: string): boolean {
  return line.script === script && line.event === 'begin';
}

function seen({ events }: Run, stage: string, which: 'begin' | 'end'): boolean {
  if (stage === 'gate') return events.some(({ type }) => type === 'gate-opened');
  const types = which === 'begin' ? ['intent'] : ['done', 'stage-failed'];
  return events.some(
    (event) => 'stage' in event && event.stage === stage && types.includes(event.type),
  );
}

export function endingOf({ events }: Run): Ending | undefined {
  const last = events.findLast((event) => event.type === 'finished');
  return last?.type === 'finished' ? last.ending : undefined;
}

function hostJournal({ folder }: World): string {
  return join(folder, 'state/journal.jsonl');
}

/** What was added; a file that is not there yet has nothing. */
function tail(path: string, from: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const added = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    const read = readSync(file, added, 0, added.length, from);
    // Half a line is read with its other half.
    return added.subarray(0, added.subarray(0, read).lastIndexOf('\n') + 1);
  } finally {
    closeSync(file);
  }
}

function parseLines(added: Buffer): HostLine[] {
  return added
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => HostLine.parse(JSON.parse(line)));
}
