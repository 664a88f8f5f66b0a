import type { SlackPorts } from '../contract/ports.ts';

/** An ack on a connection that has just died rejects; the work is wanted all the same. */
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
