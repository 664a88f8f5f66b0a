// Does the stage that validates the config and tries its keys with their providers.
import { requireFact } from '../record/facts.ts';
import { runProbes } from '../release/config-probes.ts';
import { StageFailed } from '../record/errors.ts';
import { readConfig } from '../release/release-contents.ts';
import type { Stage } from '../step/stage.ts';

export const config: Stage = {
  async run(context) {
    const report = await readConfig(context, requireFact(context.facts, 'commit').sha);
    if (!report) return { summary: 'none declared', skipped: true };
    if (report.problems.length > 0) {
      throw new StageFailed(report.problems.join('\n'), {
        code: 'config-invalid',
        next: 'Correct the config at its source and deploy again. Values are never shown here.',
      });
    }
    // `/argo config diff` contacts the hosts only, no provider.
    const probes = context.request.kind === 'config-diff' ? [] : report.probes;
    const unsure = await runProbes(context, probes);
    const keys = Object.keys(report.fingerprints).length;
    const tried = probes.length > 0 ? `, ${probes.length} tried with their provider` : '';
    return {
      summary: `${keys} values${tried}`,
      warnings: [...report.warnings, ...unsure],
      facts: {
        configFingerprints: report.fingerprints,
        ...(report.dialect ? { configDialect: report.dialect } : {}),
      },
    };
  },
};
