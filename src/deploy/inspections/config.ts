// Does two inspections: `/argo config check` validates the config, `/argo config diff` compares it with hosts.
import { observeWithConfig } from '../host/config-on-host.ts';
import type { ConfigReport } from '../ports/ports.ts';
import { admitCommit } from '../release/admit-commit.ts';
import { changesBetween } from '../release/changes.ts';
import { runProbes } from '../release/config-probes.ts';
import { fetchCommit } from '../release/fetch-commit.ts';
import { readValidConfig } from '../release/read-config.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { HostContext } from '../step/stage.ts';
import type { Found } from './inspection.ts';

export async function checkConfig(context: HostContext): Promise<Found> {
  const { report, warnings } = await readCurrent(context);
  const unsure = await runProbes(context, report.probes);
  const values = Object.keys(report.fingerprints).length;
  return {
    findings: { kind: 'config-check', values, tried: report.probes.length },
    warnings: [...warnings, ...unsure],
  };
}

export async function compareConfig(context: HostContext): Promise<Found> {
  const { report, warnings } = await readCurrent(context);
  const { fingerprints: now, dialect } = report;
  const facts = { configFingerprints: now, configDialect: dialect };
  const configs = await onEveryHost(context, async (host) => {
    const seen = await observeWithConfig({ ...context, facts }, host);
    warnings.push(...seen.refused.map((one) => `${host.name}: ${one}`));
    const { live, drift = [] } = seen.facts;
    return { changes: changesBetween(seen.fingerprints, now), drift, isNew: live === undefined };
  });
  return { findings: { kind: 'config-diff', configs }, warnings };
}

/** Reads the config of the branch's newest commit. After this call, the config's secrets are redacted. */
async function readCurrent(
  context: HostContext,
): Promise<{ report: ConfigReport; warnings: string[] }> {
  const { commit, warnings } = await fetchCommit(context, undefined, (sha) =>
    admitCommit(context, sha),
  );
  const report = await readValidConfig(context, commit.sha);
  if (!report) throw new Error('this service declares no config');
  return { report, warnings: [...warnings, ...report.warnings] };
}
