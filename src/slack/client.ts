import { LogLevel, WebClient } from '@slack/web-api';

/** The methods that argo-bot calls, and no others: what scopes.ts is held against. */
export interface SlackClient {
  auth: Pick<WebClient['auth'], 'test'>;
  chat: Pick<WebClient['chat'], 'postMessage' | 'postEphemeral' | 'update' | 'getPermalink'>;
  conversations: Pick<WebClient['conversations'], 'history' | 'replies'>;
  files: Pick<WebClient['files'], 'getUploadURLExternal' | 'completeUploadExternal'>;
  usergroups: { users: Pick<WebClient['usergroups']['users'], 'list'> };
  users: Pick<WebClient['users'], 'info'>;
  views: Pick<WebClient['views'], 'open' | 'publish' | 'update'>;
}

export interface ClientOptions {
  token: string;
  slackApiUrl?: string | undefined;
  timeoutMs?: number;
}

/**
 * The one client for sending. It never retries by itself: after a post whose outcome is unknown,
 * a retry posts twice, and a pause on 429 would hold up every channel.
 */
export function createClient({
  token,
  slackApiUrl,
  timeoutMs = 10_000,
}: ClientOptions): SlackClient {
  return new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    retryConfig: { retries: 0 },
    timeout: timeoutMs,
    rejectRateLimitedCalls: true,
    logger: silent,
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
