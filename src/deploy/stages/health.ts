// Does the stages that judge the new release in its slot: health checks, then smoke tests.
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
      const proven = await awaitHealthy(context, host, placement);
      return { ...proven, restarts: await readRestarts(context, host, placement.slot) };
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
