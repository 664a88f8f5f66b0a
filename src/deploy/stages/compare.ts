import { changesBetween } from '../config-changes.ts';
import { observe } from '../observe.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

/** The config of now beside what each host has; where they disagree, that is what somebody wants to see. */
export const compare: Stage = {
  name: 'compare',
  title: 'Config compared with the hosts',
  on: 'every-host',
  changes: false,
  timeoutMs: 60_000,
  async run(context) {
    const { configFingerprints: now } = context.facts;
    if (!now) return { summary: 'none declared', skipped: true };
    const configOnHosts = await onEveryHost(context, async (host) => {
      const { facts, fingerprints } = await observe(context, host);
      return { release: facts.liveRelease, changes: changesBetween(fingerprints, now) };
    });
    const differ = Object.values(configOnHosts).filter(({ changes }) => changes.length > 0);
    return {
      summary:
        differ.length === 0
          ? 'every host has the config of now'
          : `${differ.length} of ${Object.keys(configOnHosts).length} hosts have another config`,
      facts: { configOnHosts },
    };
  },
};
