// Creates the client for Slack's Web API: it does not retry, and it counts its calls.
import { type SlackClient } from '../contract/ports.ts';
import { LogLevel, WebClient } from '@slack/web-api';
import type { Measures } from '../../deploy/ports/slack-ports.ts';

export interface ClientOptions {
  token: string;
  slackApiUrl?: string | undefined;
  timeoutMs?: number;
  measures?: Pick<Measures, 'slackCall'>;
}

/** Never retries: a retry after a lost answer may post twice, and web-api's pause after a 429 delays every channel. */
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
    ...(measures ? { fetch: countingFetch(measures) } : {}),
  });
}

/** Callers log failures redacted, so web-api must not log them unredacted. */
const ignore = () => {};
const silent = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};

function countingFetch({ slackCall }: Pick<Measures, 'slackCall'>): typeof fetch {
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
