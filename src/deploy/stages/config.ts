// Implements the stage for the config: reports what its rules find, and tries its keys with their providers.
import { requireFact } from '../record/facts.ts';
import { runProbes } from '../release/config-probes.ts';
import { readValidConfig } from '../release/read-config.ts';
import type { Stage } from '../step/stage.ts';

export const config: Stage = {
  async run(context) {
    const report = await readValidConfig(context, requireFact(context.facts, 'commit').sha);
    if (!report) return { summary: 'none declared', skipped: true };
    const { probes } = report;
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
