import { awaitHealthy } from '../health-check.ts';
import { known, unitName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

export const health: Stage = {
  name: 'health',
  title: 'Health checks passing',
  noun: 'health checks',
  // It needs the release that a dry run does not put there.
  changes: true,
  // A little more than the longest that argo.yml may give a service to get healthy.
  timeoutMs: 3_700_000,
  async run(context) {
    const slot = known(context.facts, 'slot');
    const release = known(context.facts, 'release');
    const unit = unitName(context.target, slot);
    const results = await onEveryHost(context, async (host) => {
      const proven = await awaitHealthy(context, host, slot, release);
      const state = await runScript(context, host, 'slot-state', { slot, unit, lines: 0 });
      return { ...proven, restarts: Number(state.value('restarts')) };
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
