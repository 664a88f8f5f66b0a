import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploymentEvent } from '../src/deploy/record/events.ts';
import { stable } from './stable.ts';

/** Journals of real failures. Their texts are in test/slack/views/golden/faults. */
const FOLDER = join(import.meta.dirname, '..', 'test', 'slack', 'views', 'recorded');

/** Writes a row's journal, one event a line. The records have redacted it already. */
export function record(name: string, events: readonly DeploymentEvent[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const lines = stable(events).map((event) => JSON.stringify(event));
  writeFileSync(join(FOLDER, `${name}.json`), `[\n${lines.join(',\n')}\n]\n`);
}

/** Removes the journals of rows that no longer exist. */
export function forgetOthers(names: readonly string[]): void {
  for (const file of readdirSync(FOLDER))
    if (!names.includes(file.replace(/\.json$/, ''))) rmSync(join(FOLDER, file));
}
