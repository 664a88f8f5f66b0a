import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

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
/** A busy machine makes everything late, input or no input: once is noise, three times is the input. */
const TRIES = 3;

/** The loop does nothing while another thread fills memory, as a parser does: what is late then is the machine's. */
async function besideBusyThread(): Promise<void> {
  const fill = `const end = performance.now() + 300;
    let kept = [];
    while (performance.now() < end) { kept.push({ at: [kept.length] }); if (kept.length > 2e5) kept = []; }`;
  await once(new Worker(fill, { eval: true }), 'exit');
}

const ROUNDS_OF_WORK = 2_000_000;
/** What `knownWork` cost a thread on the machine that the limit was chosen on, when quiet: ms of the processor. */
const QUIET_MS = 80;

/** Ends with what a known piece of work costs this thread now, in ms of the processor. */
function knownWork(): number {
  const before = workUs();
  let kept: unknown[] = [];
  for (let at = 0; at < ROUNDS_OF_WORK; at += 1) {
    kept.push({ at: [`${at}`] });
    if (kept.length > 20_000) kept = [];
  }
  return (workUs() - before) / 1_000;
}

/**
 * Fails where nothing else can run for more than 50 ms longer than in an idle loop, and this thread has worked for
 * more than 50 ms of it: on a machine that others use it also waits for a processor. Where the same work costs more
 * than on a quiet machine, as when two threads share a core, the 50 ms of work grow with it.
 */
export async function blocksNobody(act: () => unknown): Promise<void> {
  const seen: string[] = [];
  for (let round = 0; round < TRIES; round += 1) {
    const busy = await longestBlock(act);
    if (busy.ms <= MOST_MS || busy.workMs <= MOST_MS) return;
    const slowness = Math.max(1, knownWork() / QUIET_MS);
    if (busy.workMs <= MOST_MS * slowness) return;
    const idle = await longestBlock(besideBusyThread);
    if (busy.ms <= MOST_MS + idle.ms) return;
    const [waited, worked, alone] = [busy.ms, busy.workMs, idle.ms].map((ms) => ms.toFixed(0));
    const machine = `idle ${alone} ms, work costs ${slowness.toFixed(1)} times as much as alone`;
    seen.push(`${waited} ms, of which it worked ${worked} ms (${machine})`);
  }
  throw new Error(`nothing else could run for ${seen.join(', ')}`);
}
