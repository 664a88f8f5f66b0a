import { createHmac } from 'node:crypto';

/** Slack's v0 request signature over the exact bytes sent. */
export function signature(signingSecret: string, timestamp: string, rawBody: string): string {
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${rawBody}`);
  return `v0=${mac.digest('hex')}`;
}
