// Requests an inspection: keeps the request, and queues the worker's job.
import { randomBytes } from 'node:crypto';
import type { WantedInspection } from '../../deploy/inspections/inspection.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** The answer comes when the worker has it, so there is none now. */
export async function requestInspection(
  { inspections, wake }: SlackPorts,
  { user, channel, team, answerUrl }: Interaction,
  { service, environment }: Target,
  wanted: WantedInspection,
): Promise<undefined> {
  const at = Date.now();
  // Random, because the id is all that a button needs to share the result.
  const id = `i${at.toString(36)}${randomBytes(12).toString('hex')}`;
  const origin = { user, channel, team };
  await inspections.request({ ...wanted, id, at, service, environment, origin, answerUrl });
  await wake.inspect(id);
}
