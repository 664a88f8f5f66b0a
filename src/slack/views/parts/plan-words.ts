// Decides what each kind of request is called, and what an inspection found.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import {
  describeRequest,
  inspectionOf,
  isDryRun,
  refOf,
  slotOf,
} from '../../../deploy/record/requests.ts';
import { code, counted, quoted } from './text.ts';

export function isInspection({ request }: Deployment): boolean {
  return inspectionOf(request) !== undefined;
}

/** `Deployment`, `Rollback`, `Config check`. */
export function requestName({ request }: Deployment): string {
  return isDryRun(request) && !inspectionOf(request) ? 'Dry run' : describeRequest(request).title;
}

/** Follows the service's name: ` → green`, `: config diff`; plain text. */
export function nameSuffix({ request, facts }: Deployment): string {
  const commit = facts.commit?.sha ?? refOf(request);
  const slot = facts.slot ?? (slotOf(request) === 'idle' ? 'idle slot' : slotOf(request));
  switch (request.kind) {
    case 'deploy':
      return ` → ${slot}`;
    case 'config-push':
      return ` → ${slot}: config of now with commit ${(commit ?? '').slice(0, 7)}`;
    case 'restart':
      return `: restart of ${facts.release ?? 'the live release'}`;
    case 'rollback':
      return ` ↩ ${facts.rollbackTo?.release ?? refOf(request) ?? 'previous release'}`;
    case 'config-check':
      return ': config check';
    case 'config-diff':
      return ': config diff';
    case 'health':
      return ': health';
    case 'logs':
      return ': log';
    case 'diff':
      return `: ${(commit ?? 'the branch').slice(0, 40)} beside what is live`;
  }
}

/** What a finished inspection found, escaped; undefined for other requests. */
export function inspectionResult({ request, facts, stages }: Deployment): string | undefined {
  if (request.kind === 'config-check') {
    const { configFingerprints: keys } = facts;
    return keys
      ? `${counted(Object.keys(keys).length, 'value')}, all rules pass`
      : 'no config is declared';
  }
  if (request.kind === 'health' || request.kind === 'logs' || request.kind === 'diff') {
    return quoted(stages.at(-1)?.summary ?? '', 200) || undefined;
  }
  if (request.kind !== 'config-diff') return undefined;
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
