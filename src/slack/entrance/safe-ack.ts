// Sends an ack without ever throwing, so that argo-bot handles the request even if the connection is closed.
import type { SlackPorts } from '../contract/ports.ts';

export async function safeAck(
  { log }: Pick<SlackPorts, 'log'>,
  ack: () => Promise<void>,
): Promise<void> {
  try {
    await ack();
  } catch (error) {
    log.warn(
      { error: String(error) },
      'an ack did not reach Slack; argo-bot continues with the request',
    );
  }
}
