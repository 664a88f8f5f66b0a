import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isOurs } from './host/network.ts';
import type { LoadReport, LoadSettings } from './traffic-tally.ts';

export interface TrafficOptions {
  /** Requests begin at this pace whether or not earlier ones were answered. */
  readonly perSecond?: number;
  readonly maxSeconds?: number;
}

export interface Traffic {
  /** Ends the load, waits for the answers still due, and tells what happened. */
  stop(): Promise<LoadReport>;
}

/** Steady load from a thread of its own, so neither it nor its caller slows the other. */
export async function startTraffic(url: string, options: TrafficOptions = {}): Promise<Traffic> {
  const target = new URL(url);
  if (target.protocol !== 'http:' || !isOurs(target.hostname)) {
    throw new Error(`Traffic goes to loopback and test hosts only, not to ${target.host}`);
  }
  const { perSecond = 200, maxSeconds = 600 } = options;
  const workerData: LoadSettings = { url: target.href, perSecond, maxSeconds };
  const worker = new Worker(new URL('./traffic-load.ts', import.meta.url), { workerData });
  await once(worker, 'online');
  worker.unref();
  return {
    async stop() {
      worker.ref();
      const answer = new Promise<LoadReport>((resolve) => worker.once('message', resolve));
      worker.postMessage('stop', []);
      const report = await answer;
      await worker.terminate();
      return report;
    },
  };
}
