// Does the stage that waits until the new release is healthy in its slot on every host.
import { readRestarts } from '../failure/slot-journal.ts';
import { requireFact } from '../record/facts.ts';
import { awaitHealthy } from '../health/health-check.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';

export const health: Stage = {
  async run(context) {
    const slot = requireFact(context.facts, 'slot');
    const release = requireFact(context.facts, 'release');
    const results = await onEveryHost(context, async (host) => {
      const proven = await awaitHealthy(context, host, slot, release);
      return { ...proven, restarts: await readRestarts(context, host, slot) };
    });
    const states = Object.values(results);
    const restarts = Object.entries(results).map(([host, one]) => [host, one.restarts]);
    const degraded = states.find(({ state }) => state === 'degraded');
    const slowest = Math.max(...states.map(({ ms }) => ms));
    return {
      summary: `${degraded ? 'degraded' : 'healthy'}, answers in ${Math.round(slowest)} ms`,
      warnings: degraded ? [`the new release says it is degraded: ${degraded.detail}`] : [],
      facts: {
        health: { ms: slowest, status: degraded ? 'degraded' : 'healthy' },
        restarts: Object.fromEntries(restarts),
      },
    };
  },
};
