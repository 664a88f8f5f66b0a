import { type SlackClient } from '../contract/slack-client.ts';
import { LogLevel, WebClient } from '@slack/web-api';
import type { Measures } from '../../deploy/ports/measures.ts';

export interface ClientOptions {
  token: string;
  slackApiUrl?: string | undefined;
  timeoutMs?: number;
  /** Hears of every call. */
  measures?: Pick<Measures, 'slackCall'>;
}

/**
 * The one client for sending. It never retries by itself: after a post whose outcome is unknown,
 * a retry posts twice, and a pause on 429 would hold up every channel.
 */
export function createClient({
  token,
  slackApiUrl,
  timeoutMs = 10_000,
  measures,
}: ClientOptions): SlackClient {
  return new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    retryConfig: { retries: 0 },
    timeout: timeoutMs,
    rejectRateLimitedCalls: true,
    logger: silent,
    ...(measures ? { fetch: counted(measures) } : {}),
  });
}

/** Whoever calls logs the failure, once and redacted. */
const nothing = () => {};
const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

/** By method and not by address: an upload's own address is not called through the client. */
function counted({ slackCall }: Pick<Measures, 'slackCall'>): typeof fetch {
  return async (url, init) => {
    const address = url instanceof Request ? url.url : String(url);
    const method = new URL(address).pathname.split('/').at(-1) ?? '';
    try {
      const answer = await fetch(url, init);
      const outcome = answer.ok ? 'answered' : 'failed';
      slackCall(method, answer.status === 429 ? 'limited' : outcome);
      return answer;
    } catch (error) {
      slackCall(method, 'unanswered');
      throw error;
    }
  };
}
