// Decides whether a person may make requests at all, by their rate limit and their membership.
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { denied, membershipUnknown, rateLimited } from '../views/answers/answers.ts';

/** Requests per minute and person. Urgent ones (such as roll back, cancel, unlock) and typing have their own limits. */
export const inAnyMinute = { ordinary: 30, urgent: 20, typing: 90 } as const;
export type Lane = keyof typeof inAnyMinute;

type EntrancePorts = Pick<SlackPorts, 'limiter' | 'checkMembership' | 'log'>;

/** Returns a refusal; undefined if the request may continue. */
export async function refuseEntry(
  { limiter, checkMembership, log }: EntrancePorts,
  { user }: Pick<Interaction, 'user'>,
  lane: Lane,
): Promise<Reply | undefined> {
  const most = inAnyMinute[lane];
  // The rate limit is checked first, so that a flood of requests makes no calls to Slack.
  const permit = await limiter.take(`person:${user}:${lane}`, { inAnyMinute: most });
  if (permit.kind === 'wait') {
    log.info(
      { user, lane, ms: permit.ms },
      'a person reached the rate limit; argo-bot refused their request and told them to wait',
    );
    return rateLimited(most, Date.now() + permit.ms, lane);
  }
  try {
    const membership = await checkMembership(user);
    if (membership.kind === 'member') return undefined;
    log.warn(
      { user, reason: membership.reason },
      'argo-bot refused a request and told its sender: only full members of the workspace may use argo-bot',
    );
    return denied(membership.reason);
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (!trouble) throw error;
    log.warn(
      { user, trouble },
      'argo-bot refused a request, because Slack did not say whether its sender is a member of the workspace; the person was told to try again. If this repeats, run argo-bot doctor',
    );
    const scope = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return membershipUnknown(scope);
  }
}
