// Implements the stages that wait for the new release in its slot: health checks, then smoke tests.
import { readRestarts } from '../failure/slot-journal.ts';
import { awaitHealthy } from '../health/health-check.ts';
import { mapHosts, onEveryHost } from '../step/on-every-host.ts';
import { placementOf, type Stage } from '../step/stage.ts';
import { slotUrl } from '../settings/layout.ts';
import { smokeTest } from '../health/smoke-test.ts';

export const health: Stage = {
  async run(context) {
    const placement = placementOf(context);
    const results = await onEveryHost(context, async (host) => {
      const restarts = throttled(() => readRestarts(context, host, placement.slot));
      const proven = await awaitHealthy(context, host, placement, () => void restarts());
      return { ...proven, restarts: await restarts() };
    });
    const states = Object.values(results);
    const degraded = states.find(({ state }) => state === 'degraded');
    const slowest = Math.max(...states.map(({ ms }) => ms));
    return {
      summary: `${degraded ? 'degraded' : 'healthy'}, answers in ${Math.round(slowest)} ms`,
      warnings: degraded ? [`the new release is degraded: it ${degraded.does}`] : [],
      facts: {
        health: { ms: slowest, status: degraded ? 'degraded' : 'healthy' },
        restarts: mapHosts(results, ({ restarts }) => restarts),
      },
    };
  },
};

/** Reading systemd's restart count runs a script on the host, so it happens at most once in this time. */
const READ_EVERY_MS = 1_000;

/** Returns a function that reads again only if the last reading is older than READ_EVERY_MS. */
function throttled<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; result: Promise<T> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at > READ_EVERY_MS) {
      last = { at: performance.now(), result: read() };
      last.result.catch(() => undefined);
    }
    return last.result;
  };
}

export const smoke: Stage = {
  async run(context) {
    const tests = context.target.settings.smoke;
    if (tests.length === 0) return { summary: 'none declared', skipped: true };
    const placement = placementOf(context);
    await onEveryHost(context, async (host) => {
      for (const test of tests) {
        const url = slotUrl(context.target, placement.slot, test.path);
        await smokeTest(context, host, { ...placement, url }, test);
      }
    });
    return { summary: `${tests.length} passed` };
  },
};
