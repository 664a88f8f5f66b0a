// Tells a person what an inspection found, or that it takes long.
import { findTarget } from '../../deploy/settings/settings.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { answering } from '../requests/answer.ts';
import { inspectionAnswer, inspectionLate } from '../views/inspections/answer.ts';

/** `late`: only if there is no result yet. */
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
  const asked = await inspections.read(id);
  if (!asked || (late && asked.result)) return;
  const { request, result } = asked;
  const found = findTarget(settings, request.service, request.environment);
  const target = found.kind === 'found' ? found.target : undefined;
  const reply = result ? inspectionAnswer(request, result, target) : inspectionLate(asked);
  const { answerUrl } = request;
  const respond = answerUrl === undefined ? undefined : respondTo(answerUrl);
  await answering(client, request.origin, respond)(cleanMessage(redactor, reply));
}

/** Posts to Slack's address for answers, which also works in channels that the bot is not in. */
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
