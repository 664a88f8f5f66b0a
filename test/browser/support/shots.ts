import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Desk } from '../../../sandbox/browser/desk.ts';

/** The run's output, for people to look at; git ignores it. */
const folder = join(import.meta.dirname, '..', '..', '..', 'shots');

export type Shots = (desk: Desk, name: string) => Promise<void>;

/** Pictures of one run, numbered in their order. */
export function shots(prefix: string): Shots {
  mkdirSync(folder, { recursive: true });
  let taken = 0;
  return async ({ page }, name) => {
    taken += 1;
    const number = String(taken).padStart(2, '0');
    await page.screenshot({ path: join(folder, `${prefix}-${number}-${name}.png`) });
  };
}
