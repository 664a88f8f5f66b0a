import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/** What a failed Slack call means for whoever made it. */
export type SlackError =
  /** Slack said no, for this reason; nothing happened. */
  | { kind: 'refused'; error: string }
  /** Too many calls; nothing happened. */
  | { kind: 'limited'; ms: number }
  /** The answer never came or made no sense: it may or may not have happened. */
  | { kind: 'unknown'; why: string };

/** Slack's own trouble, worded as a refusal: the outcome is as unknown as with a cut line. */
const theirs = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** Returns undefined for what did not come from Slack: a bug of ours, to be thrown on. */
export function slackErrorOf(error: unknown): SlackError | undefined {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'limited', ms: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', ms: 5_000 };
    return theirs.has(code) ? { kind: 'unknown', why: code } : { kind: 'refused', error: code };
  }
  if (error instanceof WebAPIHTTPError) {
    const { statusCode } = error;
    return statusCode >= 500
      ? { kind: 'unknown', why: `HTTP ${statusCode}` }
      : { kind: 'refused', error: `http_${statusCode}` };
  }
  if (error instanceof WebAPIRequestError) return { kind: 'unknown', why: error.original.message };
  // web-api's own words for a 429 without a usable header; it has no class for it.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return { kind: 'limited', ms: 5_000 };
  return undefined;
}

/** The token is no longer good: nothing will be, until someone changes it. */
export function isBadToken(error: string): boolean {
  return [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
  ].includes(error);
}

const unreadable = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

/** Slack takes neither these blocks nor this length; the text alone may pass. */
export function isInvalidMessage(error: string): boolean {
  return unreadable.has(error);
}
