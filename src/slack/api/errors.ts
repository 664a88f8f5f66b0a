// Decides what a failed call to Slack means: refused, rate limited, or its outcome unknown.
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

export type SlackError =
  /** Slack refused the call with this error code; nothing happened. */
  | { kind: 'refused'; error: string }
  /** Rate limit; nothing happened. Retry after `ms`. */
  | { kind: 'limited'; ms: number }
  /** No usable answer: the call may have happened or not. */
  | { kind: 'unknown'; why: string };

/** Slack sends these codes when it fails itself. It may have done what the call asked for. */
const slackFailures = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** Returns undefined for an error that Slack did not cause; the caller must rethrow it. */
export function slackErrorOf(error: unknown): SlackError | undefined {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'limited', ms: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', ms: 5_000 };
    return slackFailures.has(code)
      ? { kind: 'unknown', why: code }
      : { kind: 'refused', error: code };
  }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error;
    return statusCode >= 500
      ? { kind: 'unknown', why: `HTTP ${statusCode}` }
      : { kind: 'refused', error: `http_${statusCode}` };
  }
  if (error instanceof WebAPIRequestError) return { kind: 'unknown', why: error.original.message };
  // For a 429 without a usable Retry-After header, web-api throws a plain Error with this message.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return { kind: 'limited', ms: 5_000 };
  return undefined;
}

/** Returns whether Slack rejects the token. Then every call fails until someone replaces the token. */
export function isBadToken(error: string): boolean {
  return /^(?:invalid_auth|not_authed|account_inactive|token_(?:revoked|expired))$/.test(error);
}

/** Returns whether the bot is not in the channel. Slack calls a private channel without the bot unknown. */
export function isOutside(error: string): boolean {
  return /^(?:not_in_channel|channel_not_found)$/.test(error);
}

/** Returns whether Slack refused the blocks or their length. It may accept the text without blocks. */
export function isInvalidMessage(error: string): boolean {
  return /^(?:invalid_blocks(?:_format)?|msg(?:_blocks)?_too_long)$/.test(error);
}
