// Requests an inspection: stores the request in Redis, and queues a job for a worker.
import { randomBytes } from 'node:crypto';
import type { WantedInspection } from '../../deploy/inspections/inspection.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction } from '../contract/interaction.ts';

/** Returns no reply: the worker's result is sent later (answer-inspection.ts). */
export async function requestInspection(
  { ports: { inspections, wake }, user, channel, team, answerUrl }: Interaction,
  { service, environment }: Target,
  wanted: WantedInspection,
): Promise<undefined> {
  const at = Date.now();
  // The id is random, because anyone who knows it can ask for the result.
  const id = `i${at.toString(36)}${randomBytes(12).toString('hex')}`;
  const origin = { user, channel, team };
  await inspections.request({ ...wanted, id, at, service, environment, origin, answerUrl });
  await wake.inspect(id);
}
