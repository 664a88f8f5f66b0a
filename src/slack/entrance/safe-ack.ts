// Does an ack that never throws, so that a closed connection does not lose the request.
import type { SlackPorts } from '../contract/ports.ts';

export async function safeAck(
  { log }: Pick<SlackPorts, 'log'>,
  ack: () => Promise<void>,
): Promise<void> {
  try {
    await ack();
  } catch (error) {
    log.warn({ error: String(error) }, 'an ack did not reach Slack');
  }
}
