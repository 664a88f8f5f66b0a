import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createPause } from '../../src/deploy/untrusted/slices.ts';

interface Block {
  /** The longest time that nothing else could run, in ms. */
  ms: number;
  /** As much of the longest turn as this thread had the processor, in ms: others on the machine make none of it. */
  workMs: number;
}

/** What went on between two turns of the loop while this ran. */
export async function longestBlock(act: () => unknown): Promise<Block> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The first beat of the monitor.
  await sleep(20);
  delay.reset();
  // And one to count from: what comes before it is not seen.
  await sleep(20);
  const work = watchWork();
  try {
    await act();
    // What ran last is seen at the next beat only.
    await sleep(20);
  } finally {
    delay.disable();
  }
  return { ms: delay.max / 1e6, workMs: work() };
}

const workUs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** Ends with the most that this thread has worked from one beat to the next. */
function watchWork(): () => number {
  let before = workUs();
  let most = 0;
  const beat = (): void => {
    const now = workUs();
    most = Math.max(most, now - before);
    before = now;
  };
  const timer = setInterval(beat, 1);
  return () => {
    clearInterval(timer);
    beat();
    return most / 1_000;
  };
}

const MOST_MS = 50;
/** A busy machine makes everything late, input or no input: once is noise, six times is the input. */
const TRIES = 6;

/** The loop does nothing while another thread fills memory, as a parser does: what is late then is the machine's. */
async function besideBusyThread(): Promise<void> {
  const fill = `const end = performance.now() + 300;
    let kept = [];
    while (performance.now() < end) { kept.push({ at: [kept.length] }); if (kept.length > 2e5) kept = []; }`;
  await once(new Worker(fill, { eval: true }), 'exit');
}

/** Makes objects for so many ms, and lets others run every 8 ms, as work on hostile input should. */
async function inSlices(ms: number): Promise<void> {
  const [end, pause] = [performance.now() + ms, createPause()];
  let kept: unknown[] = [];
  while (performance.now() < end) {
    for (let at = 0; at < 1_000; at += 1) kept.push({ at: [`${at}`] });
    if (kept.length > 20_000) kept = [];
    await pause();
  }
}

const LONGEST_CONTROL_MS = 2_000;
/** Work in slices of 8 ms has turns of about 10 ms on a quiet machine, and of more on one that stops its threads. */
const TIMES_SLICED = 5;

/**
 * Fails where nothing else can run for more than 50 ms longer than in an idle loop, and this thread has worked for
 * more than 50 ms of it: on a machine that others use it also waits for a processor. Such a machine can also stop a
 * thread in the middle of its work, which counts as work: so more than five of the longest turns of other work in
 * slices, measured right after. Tests that call this need a time limit of minutes, for a busy machine needs all tries.
 */
export async function blocksNobody(act: () => unknown, tries = TRIES): Promise<void> {
  const seen: string[] = [];
  for (let round = 0; round < tries; round += 1) {
    const began = performance.now();
    const busy = await longestBlock(act);
    if (busy.ms <= MOST_MS || busy.workMs <= MOST_MS) return;
    const took = Math.min(performance.now() - began, LONGEST_CONTROL_MS);
    const sliced = await longestBlock(() => inSlices(took));
    if (busy.workMs <= TIMES_SLICED * sliced.workMs) return;
    const idle = await longestBlock(besideBusyThread);
    if (busy.ms <= MOST_MS + idle.ms) return;
    const [waited, worked, other, alone] = [busy.ms, busy.workMs, sliced.workMs, idle.ms].map(
      (ms) => ms.toFixed(0),
    );
    seen.push(
      `${waited} ms, of which it worked ${worked} ms (work in slices ${other} ms, idle ${alone} ms)`,
    );
  }
  throw new Error(`nothing else could run for ${seen.join(', ')}`);
}
