// Decides what each kind of request is called, and what an inspection found.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { inspectionOf } from '../../../deploy/record/inspections.ts';
import { code, counted, quoted } from './text.ts';

export function isInspection({ request }: Deployment): boolean {
  return inspectionOf(request) !== undefined;
}

/** `Deployment`, `Rollback`, `Config check`. */
export function requestName({ request }: Deployment): string {
  switch (request.plan) {
    case 'config-check':
      return 'Config check';
    case 'config-diff':
      return 'Config diff';
    case 'config-push':
      return 'Config push';
    case 'restart':
      return 'Restart';
    case 'health':
      return 'Health';
    case 'logs':
      return 'Log';
    case 'diff':
      return 'Comparison';
    case 'release':
      if (request.kind === 'rollback') return 'Rollback';
      return request.dryRun ? 'Dry run' : 'Deployment';
  }
}

/** Follows the service's name: ` → green`, `: config diff`; plain text. */
export function nameSuffix({ request, facts }: Deployment): string {
  if (request.plan === 'config-check') return ': config check';
  if (request.plan === 'config-diff') return ': config diff';
  if (request.plan === 'health') return ': health';
  if (request.plan === 'logs') return ': log';
  if (request.plan === 'diff')
    return `: ${(facts.commit?.sha ?? request.ref ?? 'the branch').slice(0, 40)} beside what is live`;
  if (request.plan === 'restart') return `: restart of ${facts.release ?? 'the live release'}`;
  const slot = facts.slot ?? (request.slot === 'idle' ? 'idle slot' : request.slot);
  if (request.plan !== 'config-push') return ` → ${slot}`;
  const commit = (facts.commit?.sha ?? request.ref ?? '').slice(0, 7);
  return ` → ${slot}: config of now with commit ${commit}`;
}

/** What a finished inspection found, escaped; undefined for other requests. */
export function inspectionResult({ request, facts, stages }: Deployment): string | undefined {
  if (request.plan === 'config-check') {
    const { configFingerprints: keys } = facts;
    return keys
      ? `${counted(Object.keys(keys).length, 'value')}, all rules pass`
      : 'no config is declared';
  }
  if (request.plan === 'health' || request.plan === 'logs' || request.plan === 'diff') {
    return quoted(stages.at(-1)?.summary ?? '', 200) || undefined;
  }
  if (request.plan !== 'config-diff') return undefined;
  const others = Object.entries(facts.configOnHosts ?? {}).filter(
    ([, { changes }]) => changes.length > 0,
  );
  const edited = Object.values(facts.configOnHosts ?? {}).some(({ drift }) => drift.length > 0);
  const byHand = edited ? '; some of it was edited by hand' : '';
  if (others.length === 0) return `every host has the config of now${byHand}`;
  return `another config on ${others
    .map(([host]) => code(host, 40))
    .slice(0, 10)
    .join(', ')}${byHand}`;
}
