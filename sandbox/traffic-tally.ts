export interface LoadSettings {
  readonly url: string;
  readonly perSecond: number;
  readonly maxSeconds: number;
  /** How often to tell how it goes, in milliseconds; never where it is 0. */
  readonly tellEveryMs: number;
}

export interface LoadFailure {
  /** When it was due, since the load began. */
  readonly afterMs: number;
  /** When it had failed, since the load began. */
  readonly failedAfterMs: number;
  /** A status such as "502", or the error's code. */
  readonly reason: string;
}

/** How it goes, while it goes. */
export interface LoadGlance {
  readonly sent: number;
  readonly failed: number;
  readonly longestGapMs: number;
  /** Who answered last, by its X-Release header. */
  readonly release: string;
}

export interface LoadReport {
  /** On the clock of the wall, in ms: everything else counts from here. */
  readonly beganAt: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** Sent again because the server closed an idle connection; counted once in the others. */
  readonly retried: number;
  /** The first two thousand. */
  readonly failures: readonly LoadFailure[];
  /** Longest time between two successful answers, or from the last one to the end. */
  readonly longestGapMs: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Successful answers by their X-Release header; "none" without one. */
  readonly byRelease: Readonly<Record<string, number>>;
}

const mostFailures = 2_000;

export function loadTally() {
  const startedAt = performance.now();
  const beganAt = Date.now();
  const latencies: number[] = [];
  const byRelease = new Map<string, number>();
  const failures: LoadFailure[] = [];
  let failed = 0;
  let retries = 0;
  let lastOk: number | undefined;
  let longestGapMs = 0;
  let last = 'none';

  const gapUntil = (now: number) => {
    longestGapMs = Math.max(longestGapMs, now - (lastOk ?? startedAt));
  };
  const fail = (reason: string, dueAt: number) => {
    failed += 1;
    if (failures.length === mostFailures) return;
    const failedAfterMs = performance.now() - startedAt;
    failures.push({ afterMs: dueAt - startedAt, failedAfterMs, reason });
  };
  return {
    failed: fail,
    retried: () => void (retries += 1),
    end: gapUntil,
    answered(status: number, release: string, dueAt: number) {
      if (status < 200 || status > 299) {
        fail(String(status), dueAt);
        return;
      }
      const now = performance.now();
      if (lastOk !== undefined) gapUntil(now);
      lastOk = now;
      latencies.push(now - dueAt);
      last = release;
      byRelease.set(release, (byRelease.get(release) ?? 0) + 1);
    },
    glance(): LoadGlance {
      return { sent: latencies.length + failed, failed, longestGapMs, release: last };
    },
    report(): LoadReport {
      const sorted = Float64Array.from(latencies).toSorted();
      const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
      return {
        beganAt,
        sent: sorted.length + failed,
        ok: sorted.length,
        failed,
        retried: retries,
        failures,
        longestGapMs,
        p50: quantile(0.5),
        p95: quantile(0.95),
        p99: quantile(0.99),
        byRelease: Object.fromEntries(byRelease),
      };
    },
  };
}
