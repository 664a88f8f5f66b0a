import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './entry.ts';

export const GOLDEN = 'test/slack/views/golden';
const renewing = process.env['GOLDEN'] === 'renew';

/** What people would read in each state; states that look the same stand together. */
export function readable(entry: Entry): string {
  const byText = Map.groupBy(Object.entries(entry.states()), ([, payload]) => entry.shown(payload));
  return [...byText]
    .map(([text, same]) => `=== ${same.map(([name]) => name).join(', ')}\n${text}\n`)
    .join('\n');
}

/** The golden text of a view; `npm run golden` writes it anew, and git shows what has changed. */
export function golden(name: string, now: string): string {
  const file = join(GOLDEN, `${name}.txt`);
  if (renewing) writeFileSync(file, now);
  return existsSync(file) ? readFileSync(file, 'utf8') : `no ${file} yet: npm run golden makes it`;
}
