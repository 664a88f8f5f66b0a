import { createHash } from 'node:crypto';
import { isRecord } from '../sandbox/workspace/model.ts';
import type { DeploymentEvent } from '../src/deploy/record/events.ts';

const START = Date.UTC(2026, 10, 23, 16, 2, 49);
/** Numbers above are times in milliseconds. */
const FIRST_TIME = Date.UTC(2020, 0);
const MINUTE_MS = 60_000;

/** Replaces what differs from run to run: times, durations, ids, hashes, addresses, and which slot was idle. */
export function stable(events: readonly DeploymentEvent[]): unknown[] {
  const [first] = events;
  const id = first?.type === 'requested' ? first.id : 'd1';
  const clock = clockOf(events);
  const swaps = deployedTo(events) === 'blue';
  const words = wordsOf(events, swaps);
  const copy = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return key === 'worker' ? 'worker' : words(value, id, key);
    if (typeof value === 'number') return clock(value) ?? MEASURED[key] ?? value;
    if (Array.isArray(value)) return value.map((one) => copy(one, key));
    if (typeof value !== 'object' || value === null) return value;
    // Slots go in the order of their new names, because names are numbered as they come.
    const entries = Object.entries(value);
    const ordered = swaps && 'blue' in value ? entries.toReversed() : entries;
    return Object.fromEntries(ordered.map(([name, one]) => [words(name, id, ''), copy(one, name)]));
  };
  return events.map((event, index) => {
    const copied = copy(event, '');
    return isRecord(copied) ? { ...copied, at: START + index * 1_000 } : copied;
  });
}

/** Fields with a measured number, or with a count of files that the rows before have left. */
const MEASURED: Readonly<Record<string, number>> = {
  ms: 12,
  epoch: 12,
  freeMb: 12,
  clockOff: 12,
  fileBytes: 12,
  fileCount: 21,
  'host-1': 12,
  'host-2': 12,
};

/** Gives each event a second of its own. Other times keep their place between events, which decides what one round is. */
function clockOf(events: readonly DeploymentEvent[]): (time: number) => number | undefined {
  const at = events.map((event) => event.at);
  const times = new Set<number>();
  JSON.stringify(events, (_key, value: unknown) => {
    if (typeof value === 'number' && value > FIRST_TIME) times.add(value);
    return value;
  });
  const known = new Map<number, number>();
  const between = new Map<number, number>();
  for (const time of [...times].toSorted((a, b) => a - b)) {
    const event = at.findLastIndex((one) => one <= time);
    if (event === -1) {
      known.set(time, START - MINUTE_MS);
      continue;
    }
    const second = START + event * 1_000;
    const end = at.at(-1) ?? time;
    if (at[event] === time) known.set(time, second);
    else if (time > end + MINUTE_MS) {
      known.set(time, second + Math.round((time - end) / MINUTE_MS) * MINUTE_MS);
    } else {
      const rank = (between.get(event) ?? 0) + 1;
      between.set(event, rank);
      known.set(time, second + Math.min(rank * 50, 950));
    }
  }
  return (time) => known.get(time);
}

/** Releases, digests, commits and fingerprints. */
const NAMES = /\b(?:\d{8}-\d{6}-[0-9a-f]{7}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{7,16})\b/g;

/** The sum and its parts must agree. */
const OUTAGE = /\bno good answer for [\d.]+ s \([\d.]+ s with the new release, [\d.]+ s during/g;

/** Returns a function that replaces, in a text, what differs from run to run. Equal things stay equal. */
function wordsOf(events: readonly DeploymentEvent[], swaps: boolean) {
  const shas: string[] = JSON.stringify(events).match(/\b[0-9a-f]{40}\b/g) ?? [];
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const replaced = (kind: string, found: string, make: (index: number) => string): string => {
    const key = `${kind} ${found}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const index = counts.get(kind) ?? 0;
    counts.set(kind, index + 1);
    const made = make(index);
    names.set(key, made);
    return made;
  };
  const hash = (found: string): string =>
    replaced('hash', found, (index) => hex(`${found.length} ${index}`, found.length));
  const commit = (found: string): string =>
    replaced('commit', found.slice(0, 7), (index) => hex(`commit ${index}`, 40)).slice(
      0,
      found.length,
    );
  const address = (found: string): string =>
    replaced('address', found, (index) => `192.0.2.${index + 1}`);
  const fingerprint = (found: string): string =>
    replaced('key', found, (index) => `SHA256:${hex(`key ${index}`, 43)}`);
  const name = (found: string): string => {
    const sha = /^\d{8}-\d{6}-([0-9a-f]{7})$/.exec(found)?.[1];
    if (sha !== undefined)
      return replaced('release', found, (index) => `20261123-1602${40 + index}-${commit(sha)}`);
    if (found.length === 64) return hash(found);
    if (found.length === 40 || shas.some((one) => one.startsWith(found))) return commit(found);
    if (!/\d/.test(found) || !/[a-f]/.test(found) || found === 'ed25519') return found;
    return found.length === 8 || found.length > 12 ? hash(found) : commit(found);
  };
  return (text: string, id: string, key: string): string => {
    const same = text
      .replaceAll(id, 'd1')
      .replaceAll(NAMES, name)
      .replaceAll(/SHA256:[A-Za-z0-9+/]{43}/g, fingerprint)
      .replaceAll(/\b198\.1[89]\.\d+\.\d+\b/g, address)
      .replaceAll(/\b127\.0\.0\.1:\d{5}\b/g, '127.0.0.1:40000')
      .replaceAll(/\/tmp\/[\w.-]+/g, '/tmp/sandbox')
      .replaceAll(/\/key-\d+/g, '/key')
      .replaceAll(/\b([Oo]n) \S+: `sudo -Hu \S+/g, '$1 bot-1: `sudo -Hu argo-bot')
      .replaceAll(/ on \S+ has uncommitted/g, ' on bot-1 has uncommitted')
      .replaceAll(/\bon [^\s,]+, (commit|`git -C) /g, 'on bot-1, $1 ')
      .replaceAll(/\[\d+\]/g, '[123]')
      .replaceAll(/\b[12]\d files\b/g, '21 files')
      .replaceAll(/\b[12]\d (Python files|compile)\b/g, '15 $1')
      .replaceAll(/\bprocess \d+\b/g, 'process 123')
      .replaceAll(/\bin \d[\d,.]* ms\b/g, 'in 12 ms')
      .replaceAll(/\btook \d+ ms\b/g, 'took 700 ms')
      .replaceAll(/\b(for|and|most) \d+\.\d s\b/g, '$1 5.0 s')
      .replaceAll(OUTAGE, 'no good answer for 4.3 s (3.7 s with the new release, 0.6 s during')
      .replaceAll(/\bonly \d+ (inodes|MB)\b/g, 'only 4000 $1')
      .replaceAll(/\b[1-9]\d* MB free\b/g, '10 MB free')
      .replaceAll(/\b(?:59\d|60\d) s (ahead|behind)\b/g, '600 s $1')
      .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)/g, '2026-11-23T16:02:49Z')
      .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '2026-11-23 16:02 UTC')
      .replaceAll(/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\b/g, '2026/11/23 16:02:49')
      .replaceAll(/\b[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d\b/g, 'Nov 23 16:02:49');
    const end = key === 'log' ? lastLines(same) : same;
    return swaps ? swapped(end) : end;
  };
}

/** Only the end of a log is kept, because messages show no more. */
const lastLines = (log: string): string =>
  log
    .trimEnd()
    .split('\n')
    .slice(-3)
    .map((line) => line.slice(0, 100))
    .join('\n');

/** The slot that the row's release was to go to: the idle one, which depends on the rows before. */
function deployedTo(events: readonly DeploymentEvent[]): string | undefined {
  for (const event of events) {
    const slot = event.type === 'done' ? event.facts['slot'] : undefined;
    if (typeof slot === 'string') return slot;
  }
  const live = /\.current_color says (blue|green)/.exec(JSON.stringify(events))?.[1];
  return live === 'green' ? 'blue' : undefined;
}

const OTHER: Readonly<Record<string, string>> = {
  blue: 'green',
  green: 'blue',
  '8001': '8002',
  '8002': '8001',
};

const swapped = (text: string): string =>
  text.replaceAll(/\b(?:blue|green|8001|8002)\b/g, (found) => OTHER[found] ?? found);

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
