import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** The longest time that nothing else could run, in ms, while this went on. */
export async function longestBlock(act: () => unknown): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The first beat of the monitor.
  await sleep(20);
  delay.reset();
  // And one to count from: what comes before it is not seen.
  await sleep(20);
  try {
    await act();
    // What ran last is seen at the next beat only.
    await sleep(20);
  } finally {
    delay.disable();
  }
  return delay.max / 1e6;
}

const MOST_MS = 50;
/** A busy machine makes everything late, input or no input: once is noise, three times is the input. */
const TRIES = 3;

/** The loop does nothing while another thread fills memory, as a parser does: what is late then is the machine's. */
async function besideBusyThread(): Promise<void> {
  const fill = `const end = performance.now() + 300;
    let kept = [];
    while (performance.now() < end) { kept.push({ at: [kept.length] }); if (kept.length > 2e5) kept = []; }`;
  await once(new Worker(fill, { eval: true }), 'exit');
}

/** Fails where nothing else can run for more than 50 ms longer than in an idle loop. */
export async function blocksNobody(act: () => unknown): Promise<void> {
  const seen: string[] = [];
  for (let round = 0; round < TRIES; round += 1) {
    const idle = await longestBlock(besideBusyThread);
    const busy = await longestBlock(act);
    if (busy <= MOST_MS + idle) return;
    seen.push(`${busy.toFixed(0)} ms (idle ${idle.toFixed(0)} ms)`);
  }
  throw new Error(`nothing else could run for ${seen.join(', ')}`);
}
