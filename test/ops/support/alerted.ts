import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import { failed, finished, prepared, switched } from '../../support/events.ts';
import { createMemoryRecords } from '../../support/memory-records.ts';

/** A deployment that is watched, alerts, and is taken back; with everything its journal says. */
export async function alertedPlan() {
  const records = createMemoryRecords();
  const created = await records.create({
    kind: 'deploy',
    service: 'argo-trading',
    environment: 'production',
    slot: 'green',
    dryRun: false,
    strategy: 'proxy',
    origin: { user: 'U0ALICE', channel: 'C0', team: 'T0' },
  });
  if (created.kind !== 'created') throw new Error(created.kind);
  const at = Date.now();
  const more: DeploymentEvent[] = [
    ...prepared(),
    ...switched(),
    { type: 'alerted', at, reason: 'degraded for 3 checks' },
    ...failed('watch').slice(1),
    { type: 'rollback-requested', at, reason: 'unavailable' },
    finished('rolled-back'),
  ];
  const { id } = created.deployment;
  await records.append(id, ...more);
  const deployment = await records.read(id);
  if (!deployment) throw new Error('no record');
  return { deployment, events: records.journal(id) };
}
