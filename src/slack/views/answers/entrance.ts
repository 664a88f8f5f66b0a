// Writes the refusals of requests: rate limit reached, or Slack did not answer a look-up of people.
import type { Reply } from '../../contract/interaction.ts';
import { say } from './answers.ts';
import { when } from '../parts/text.ts';

/** `most`: allowed requests per minute; `until`: when the next request is allowed, in Unix milliseconds. */
export function rateLimited(
  most: number,
  until: number,
  lane: 'ordinary' | 'urgent' | 'typing',
): Reply {
  const also = lane === 'urgent' ? '' : ' `/argo rollback`, `cancel` and `unlock` still work.';
  const at = when(until, '{time_secs}');
  return say(
    `✋ Rate limit: you made more than ${most} requests within a minute. Nothing was changed.\n*Next:* try again at ${at}.${also}`,
  );
}

export function membershipUnknown(scopeMissing: boolean): Reply {
  return lookupFailed(
    scopeMissing
      ? 'argo-bot cannot look up who you are: its Slack app lacks the scope `users:read`.'
      : 'Slack did not say whether you are a member of this workspace, so argo-bot refuses for now.',
    scopeMissing,
  );
}

export function authorsNotMatched(scopeMissing: boolean): Reply {
  return lookupFailed(
    scopeMissing
      ? 'argo-bot cannot match the authors of this release with people: its Slack app lacks the scope `users:read.email`.'
      : 'Slack did not say who the authors of this release are, so nobody can approve it for now.',
    scopeMissing,
  );
}

function lookupFailed(why: string, scopeMissing: boolean): Reply {
  const next = scopeMissing
    ? "run `argo-bot doctor` on the bot's machine; it shows how to add the scope."
    : 'try again in a minute.';
  return say(`🚫 ${why} Nothing was changed.\n*Next:* ${next}`);
}
