// Does the stage of `/argo config diff`: compares the config with what each host has.
import { changesBetween } from '../release/changes.ts';
import { observeWithConfig } from '../host/config-on-host.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';

export const compare: Stage = {
  async run(context) {
    const { configFingerprints: now } = context.facts;
    if (!now) return { summary: 'none declared', skipped: true };
    const warnings: string[] = [];
    const configOnHosts = await onEveryHost(context, async (host) => {
      const { facts, fingerprints, refused } = await observeWithConfig(context, host);
      warnings.push(...refused.map((one) => `${host.name}: ${one}`));
      const changes = changesBetween(fingerprints, now);
      return { release: facts.liveRelease, changes, drift: facts.drift ?? [] };
    });
    const all = Object.values(configOnHosts);
    const differ = all.filter(({ changes }) => changes.length > 0).length;
    const edited = all.filter(({ drift }) => drift.length > 0).length;
    const said = [
      ...(differ > 0 ? [`${differ} of ${all.length} hosts have another config`] : []),
      ...(edited > 0 ? [`something was edited by hand on ${edited}`] : []),
    ];
    return {
      summary: said.join('; ') || 'every host has the config of now',
      warnings,
      facts: { configOnHosts },
    };
  },
};
