// Decides when a call to Slack may go out: rate limits by method, and backoff after failures.
import type { Limiter, Rate } from '../../deploy/ports/slack-ports.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { UPDATES_PER_MINUTE } from './update-interval.ts';
import { isBadToken, slackErrorOf } from './errors.ts';

/** Lower than Slack's own limits, so that Slack accepts a burst right after a full minute. */
const rates = {
  'auth.test': { perMinute: 80, burst: 10 },
  'chat.postMessage': { perMinute: 60, burst: 2 },
  'chat.update': { inAnyMinute: UPDATES_PER_MINUTE },
  'conversations.history': { perMinute: 40, burst: 10 },
  'conversations.replies': { perMinute: 40, burst: 10 },
  'files.getUploadURLExternal': { perMinute: 80, burst: 10 },
  'files.completeUploadExternal': { perMinute: 80, burst: 10 },
} as const satisfies Record<string, Rate>;

const TOKEN_PAUSE_MS = 30_000;
const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 15_000;

export type CallResult<T> =
  | { kind: 'sent'; value: T }
  /** Slack refused the call with this error code; nothing happened. */
  | { kind: 'refused'; error: string }
  /** The caller must try again after `ms`. The call may have happened already. */
  | { kind: 'later'; ms: number };

export interface RateLimits extends Pick<SlackPorts, 'redactor' | 'log'> {
  limiter: Limiter;
}

export interface Call<T> {
  method: keyof typeof rates;
  /** Slack counts calls per scope: per channel for posts, per workspace for other calls. */
  scope: string;
  deployment: string;
  /** How many calls per minute must remain for more important calls. If fewer would remain, this call waits. */
  reserved?: number;
  /** Runs when the rate limit allows the call, right before `send`. */
  before?: () => Promise<void>;
  send: () => Promise<T>;
}

/** Makes a call when the rate limit allows it. Returns Slack's errors as values, and throws all others. */
export type RateLimited = <T>(call: Call<T>) => Promise<CallResult<T>>;

export function createRateLimited({ limiter, redactor, log }: RateLimits): RateLimited {
  /** How many calls in a row got no answer, by deployment. */
  const unanswered = new Map<string, number>();

  async function resultOf(
    error: unknown,
    key: string,
    { deployment, method }: Pick<Call<unknown>, 'deployment' | 'method'>,
  ): Promise<CallResult<never>> {
    const slackError = slackErrorOf(error);
    switch (slackError?.kind) {
      case undefined:
        throw error;
      case 'limited': {
        const { ms } = slackError;
        await limiter.pause(key, ms);
        log.warn(
          { deployment, method, ms },
          'a call reached the rate limit of Slack; argo-bot retries it after `ms`, and nobody has to act',
        );
        return { kind: 'later', ms };
      }
      case 'unknown': {
        const times = unanswered.get(deployment) ?? 0;
        unanswered.set(deployment, times + 1);
        const ms = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** times);
        const why = redactor.clean(slackError.why);
        log.warn(
          { deployment, method, why, ms },
          'Slack did not answer a call; argo-bot retries it after `ms`. If this repeats, check the status of Slack',
        );
        return { kind: 'later', ms };
      }
      case 'refused':
        if (!isBadToken(slackError.error)) return slackError;
        log.error(
          { deployment, error: slackError.error },
          'Slack refuses the bot token, so no message is updated: correct SLACK_BOT_TOKEN and restart argo-bot',
        );
        return { kind: 'later', ms: TOKEN_PAUSE_MS };
    }
  }

  return async (call) => {
    const { method, scope } = call;
    const key = `${method}:${scope}`;
    const permit = await limiter.take(key, rates[method], call.reserved);
    if (permit.kind === 'wait') return { kind: 'later', ms: permit.ms };
    await call.before?.();
    try {
      const value = await call.send();
      unanswered.delete(call.deployment);
      return { kind: 'sent', value };
    } catch (error) {
      return resultOf(error, key, call);
    }
  };
}
