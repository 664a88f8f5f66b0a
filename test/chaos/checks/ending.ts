import type { Ending } from '../../../src/deploy/record/events.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';

/** What was to become of the release, and did not. */
export function unexpected(
  { fault, quality }: Plan,
  { events }: Run,
  ending: Ending | undefined,
  struck: boolean,
): string[] {
  if (ending === undefined) return [];
  // A bad release may be found out before its instant has come.
  if (!struck && quality === 'good') return [`its instant never came; it ended as ${ending}`];
  if (fault.endings) return fault.endings.includes(ending) ? [] : [`it ended as ${ending}`];
  const failed = events.find((event) => event.type === 'stage-failed');
  if (ending === 'failed' && failed && failed.stage === fault.stoppedBy) return [];
  const well = quality === 'good' ? 'succeeded' : 'rolled-back';
  const also = ['failed', 'voided', 'rolled-back'];
  if (ending === well || (!fault.harmless && also.includes(ending))) return [];
  return [`it ended as ${ending}, expected ${well}`];
}
