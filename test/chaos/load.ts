import { startTraffic } from '../../sandbox/traffic.ts';
import type { LoadReport } from '../../sandbox/traffic-tally.ts';

const PER_SECOND = 40;

/** Users, all the time. Knows when each request that failed was due. */
export interface Load {
  stop(): Promise<{ report: LoadReport; failedAt: { at: number; reason: string }[] }>;
}

export async function startLoad(url: string): Promise<Load> {
  const began = Date.now();
  const traffic = await startTraffic(url, { perSecond: PER_SECOND });
  return {
    async stop() {
      const report = await traffic.stop();
      const failedAt = report.failures.map(({ afterMs, reason }) => ({
        at: began + afterMs,
        reason,
      }));
      return { report, failedAt };
    },
  };
}
