// Requests an inspection: stores it in Redis and queues a job. Later sends the result to the person who asked.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { WantedInspection } from '../../deploy/inspections/inspection.ts';
import { findTarget, type Target } from '../../deploy/settings/settings.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Interaction } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { answering } from '../requests/answer.ts';
import { inspectionAnswer, inspectionLate } from '../views/inspections/answer.ts';

/** Returns no reply: when a worker has the result, `answerInspection` sends it. */
export async function requestInspection(
  { ports: { inspections, wake }, user, channel, team, answerUrl }: Interaction,
  { service, environment }: Target,
  wanted: WantedInspection,
): Promise<undefined> {
  const at = Date.now();
  // The id is random, so that nobody can guess the id of another person's result.
  const id = `i${at.toString(36)}${randomBytes(12).toString('hex')}`;
  const origin = { user, channel, team };
  await inspections.request({ ...wanted, id, at, service, environment, origin, answerUrl });
  await wake.inspect(id);
}

/** Sends the result. `late`: sends a notice that the inspection takes long, unless the result was sent already. */
export async function answerInspection(
  {
    client,
    inspections,
    settings,
    redactor,
  }: Pick<SlackPorts, 'client' | 'inspections' | 'settings' | 'redactor'>,
  id: string,
  late: boolean,
): Promise<void> {
  const inspection = await inspections.read(id);
  if (!inspection || (late && inspection.result)) return;
  const { request, result } = inspection;
  const found = findTarget(settings, request.service, request.environment);
  const target = found.kind === 'found' ? found.target : undefined;
  const reply = result
    ? inspectionAnswer({ request, result, target })
    : inspectionLate(inspection, hostname());
  const { answerUrl } = request;
  const respond = answerUrl === undefined ? undefined : respondTo(answerUrl);
  await answering({ client }, request.origin, respond)(cleanMessage(redactor, reply));
}

/** Answers by the command's response_url, which works even in channels without the bot. */
function respondTo(url: string): (message: object) => Promise<void> {
  return async (message) => {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(5_000);
    const body = JSON.stringify(message);
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    if (!answer.ok) throw new Error(`Slack refused the answer: HTTP ${answer.status}`);
  };
}
