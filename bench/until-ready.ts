// Waits until the workers have prepared the newest commit.
import { readFileSync } from 'node:fs';
import type { Part } from '../sandbox/processes.ts';
import { PREPARED } from '../src/deploy/engine/warm-up.ts';

const READY_MS = 180_000;

/** A bot runs for weeks before somebody deploys; one that has run for seconds is not what is measured. */
export async function untilReady(workers: readonly Part[]): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!workers.every(({ log }) => readFileSync(log, 'utf8').includes(PREPARED))) {
    if (Date.now() > deadline) throw new Error('no worker was ready within three minutes');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
