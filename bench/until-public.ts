// Starts the thread that waits until users get a release.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TestHost } from '../sandbox/host/host.ts';

const longestMs = 120_000;

type Told = { at: number } | { late: string };

/** From a thread of its own: when users first got an answer whose release ends like this. */
export async function watchPublic(
  host: TestHost,
  sign: string,
): Promise<{ seenAt: Promise<number>; stop(): Promise<void> }> {
  const worker = new Worker(new URL('./poll-public.ts', import.meta.url), {
    workerData: {
      url: `${host.publicUrl}/api/v1/health`,
      sign,
      everyMs: 10,
      until: Date.now() + longestMs,
    },
  });
  const { promise: seenAt, resolve, reject } = Promise.withResolvers<number>();
  worker.once('error', reject);
  worker.once('message', (told: Told) => {
    if ('at' in told) resolve(told.at);
    else reject(new Error(`${host.name} did not answer as …${sign} in time: ${told.late}`));
  });
  // Whoever asks for it hears of it; until then it must not end the process.
  seenAt.catch(() => undefined);
  await once(worker, 'online');
  return { seenAt, stop: async () => void (await worker.terminate()) };
}
