import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

/** After a deployment that went no further than the gate: the hosts as they were. */
export const cleanup: Stage = {
  name: 'cleanup',
  title: 'Cleaned up',
  on: 'every-host',
  changes: true,
  timeoutMs: 120_000,
  async run(context) {
    const { release, hosts } = context.facts;
    // Before the claim nothing of ours can be on any host.
    if (!release || !hosts) return { summary: 'nothing was on the hosts yet', skipped: true };
    const answers = await onEveryHost(context, (host) =>
      runScript(context, host, 'cleanup', {
        release,
        live_before: hosts[host.name]?.live ?? '',
      }),
    );
    const warnings = Object.entries(answers).flatMap(([host, answer]) =>
      answer
        .values('in_use')
        .map((slot) => `${host}: nginx sends users to ${slot}, so ${release} was left there`),
    );
    return { summary: 'the live slot was not touched', warnings };
  },
};
