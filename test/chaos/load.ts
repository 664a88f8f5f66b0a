import { startTraffic } from '../../sandbox/traffic.ts';
import type { LoadReport } from '../../sandbox/traffic-tally.ts';

const PER_SECOND = 40;

/** On the clock of the wall: when it was due, and when it had failed. */
export interface FailedRequest {
  dueAt: number;
  failedAt: number;
  reason: string;
}

/** Users, all the time. */
export interface Load {
  /** Asked again, it says the same. */
  stop(): Promise<{ report: LoadReport; failed: FailedRequest[] }>;
}

export async function startLoad(url: string): Promise<Load> {
  const traffic = await startTraffic(url, { perSecond: PER_SECOND });
  const end: Load['stop'] = async () => {
    const report = await traffic.stop();
    // By the clock of the thread that asks: it starts a good while after it was told to.
    const failed = report.failures.map(({ afterMs, failedAfterMs, reason }) => ({
      dueAt: report.beganAt + afterMs,
      failedAt: report.beganAt + failedAfterMs,
      reason,
    }));
    return { report, failed };
  };
  let ended: ReturnType<typeof end> | undefined;
  return { stop: () => (ended ??= end()) };
}
