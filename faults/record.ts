import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploymentEvent } from '../src/deploy/record/events.ts';

/** Journals of real failures. Their texts are in test/slack/views/golden/faults. */
const FOLDER = join(import.meta.dirname, '..', 'test', 'slack', 'views', 'recorded');

/** Writes a row's journal, which the records have redacted already, so that equal runs give equal files. */
export function record(name: string, events: readonly DeploymentEvent[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const text = JSON.stringify(stable(events), undefined, 1);
  writeFileSync(join(FOLDER, `${name}.json`), `${text}\n`);
}

const START = Date.UTC(2026, 10, 23, 16, 2, 49);
/** Numbers above are times in milliseconds. */
const FIRST_TIME = Date.UTC(2020, 0);

/** Replaces what differs from run to run: times, durations, ids, hashes and addresses. */
export function stable(events: readonly DeploymentEvent[]): unknown {
  const times = new Set<number>();
  JSON.stringify(events, (_key, value: unknown) => {
    if (typeof value === 'number' && value > FIRST_TIME) times.add(value);
    return value;
  });
  // The order is kept, because it decides which checks are one round.
  const clock = new Map(
    [...times].toSorted((a, b) => a - b).map((at, index) => [at, START + index * 1_000]),
  );
  const names = new Map<string, string>();
  const replaced = (kind: string, found: string, make: (index: number) => string): string => {
    const key = `${kind} ${found}`;
    const known =
      names.get(key) ?? make([...names.keys()].filter((one) => one.startsWith(kind)).length);
    names.set(key, known);
    return known;
  };
  const hash = (found: string): string =>
    replaced('hash', found, (index) => hex(`${found.length} ${index}`, found.length));
  const commit = (found: string): string =>
    replaced('commit', found.slice(0, 7), (index) => hex(`commit ${index}`, 40)).slice(
      0,
      found.length,
    );
  const words = (text: string): string =>
    text
      .replaceAll(/\b\d{8}-\d{6}-([0-9a-f]{7})\b/g, (found, sha: string) =>
        replaced('release', found, (index) => `20261123-16024${index}-${commit(sha)}`),
      )
      .replaceAll(/\b[0-9a-f]{64}\b/g, hash)
      .replaceAll(/\b[0-9a-f]{40}\b/g, commit)
      .replaceAll(/\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,12}\b/g, (found) =>
        found.length === 8 ? hash(found) : commit(found),
      )
      .replaceAll(/\b\d+(?:\.\d+)? ms\b/g, '12 ms')
      .replaceAll(/\b127\.0\.0\.1:\d{5}\b/g, '127.0.0.1:40000')
      .replaceAll(/\/tmp\/[\w.-]+/g, '/tmp/sandbox')
      .replaceAll(/\[\d+\]/g, '[123]')
      .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)/g, '2026-11-23T16:02:49Z')
      .replaceAll(/\b[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d\b/g, 'Nov 23 16:02:49');
  const [first] = events;
  const id = first?.type === 'requested' ? first.id : '';
  const copy = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string')
      return key === 'worker' ? 'worker' : words(id === '' ? value : value.replaceAll(id, 'd1'));
    if (typeof value === 'number') return clock.get(value) ?? (MEASURED.has(key) ? 12 : value);
    if (Array.isArray(value)) return value.map((one) => copy(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [words(name), copy(one, name)]),
    );
  };
  return copy(events);
}

/** Fields with a measured number. */
const MEASURED: ReadonlySet<string> = new Set([
  'ms',
  'epoch',
  'freeMb',
  'clockOff',
  'fileBytes',
  'host-1',
]);

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
