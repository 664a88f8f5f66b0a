import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isOurs } from './host/network.ts';
import type { LoadGlance, LoadReport, LoadSettings } from './traffic-tally.ts';

export interface TrafficOptions {
  /** Requests begin at this pace whether or not earlier ones were answered. */
  readonly perSecond?: number;
  readonly maxSeconds?: number;
  /** Is told once a second how it goes. */
  readonly onGlance?: (glance: LoadGlance) => void;
}

export interface Traffic {
  /** Ends the load, waits for the answers still due, and tells what happened. */
  stop(): Promise<LoadReport>;
}

interface Told {
  glance?: LoadGlance;
  report?: LoadReport;
}

/** Steady load from a thread of its own, so neither it nor its caller slows the other. */
export async function startTraffic(url: string, options: TrafficOptions = {}): Promise<Traffic> {
  const target = new URL(url);
  if (target.protocol !== 'http:' || !isOurs(target.hostname)) {
    throw new Error(`Traffic goes to loopback and test hosts only, not to ${target.host}`);
  }
  const { perSecond = 200, maxSeconds = 600, onGlance } = options;
  const tellEveryMs = onGlance ? 1_000 : 0;
  const workerData: LoadSettings = { url: target.href, perSecond, maxSeconds, tellEveryMs };
  const worker = new Worker(new URL('./traffic-load.ts', import.meta.url), { workerData });
  await once(worker, 'online');
  worker.unref();
  worker.on('message', ({ glance }: Told) => glance && onGlance?.(glance));
  return {
    async stop() {
      worker.ref();
      const answer = new Promise<LoadReport>((resolve) =>
        worker.on('message', ({ report }: Told) => report && resolve(report)),
      );
      worker.postMessage('stop', []);
      const report = await answer;
      await worker.terminate();
      return report;
    },
  };
}
