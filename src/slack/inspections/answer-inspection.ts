// Sends a person the result of an inspection, or the notice that it takes long.
import { findTarget } from '../../deploy/settings/settings.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { answering } from '../requests/answer.ts';
import { inspectionAnswer, inspectionLate } from '../views/inspections/answer.ts';

/** `late`: sends the notice that the inspection takes long, unless its result has arrived. */
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
  const reply = result ? inspectionAnswer(request, result, target) : inspectionLate(inspection);
  const { answerUrl } = request;
  const respond = answerUrl === undefined ? undefined : respondTo(answerUrl);
  await answering(client, request.origin, respond)(cleanMessage(redactor, reply));
}

/** Posts to the command's response_url, which works even in channels that the bot is not in. */
function respondTo(url: string): (message: object) => Promise<void> {
  return async (message) => {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(message),
      signal,
    });
    if (!answer.ok) throw new Error(`Slack refused the answer: HTTP ${answer.status}`);
  };
}
