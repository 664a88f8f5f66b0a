// Decides whether a person's request is carried out at all: their rate limit and their membership.
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { rateLimited, membershipUnknown } from '../views/answers/entrance.ts';
import { denied } from '../views/answers/answers.ts';

/** Requests per minute and person. Urgent ones (roll back, cancel, unlock) have a limit of their own. */
export const inAnyMinute = { ordinary: 30, urgent: 20, typing: 90 } as const;
export type Lane = keyof typeof inAnyMinute;

type EntrancePorts = Pick<SlackPorts, 'limiter' | 'checkMembership' | 'log'>;

/** The refusal; undefined for a person who may enter. */
export async function refuseEntry(
  { limiter, checkMembership, log }: EntrancePorts,
  { user }: Pick<Interaction, 'user'>,
  lane: Lane,
): Promise<Reply | undefined> {
  const most = inAnyMinute[lane];
  // The rate limit comes first, so that a flood makes no calls to Slack.
  const turn = await limiter.take(`person:${user}:${lane}`, { inAnyMinute: most });
  if (turn.kind === 'wait') {
    log.info({ user, lane, ms: turn.ms }, 'a person reached the rate limit');
    return rateLimited(most, Date.now() + turn.ms, lane);
  }
  try {
    const standing = await checkMembership(user);
    if (standing.kind === 'member') return undefined;
    log.warn({ user, reason: standing.reason }, 'refused a request: its sender is not a member');
    return denied(standing.reason);
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (!trouble) throw error;
    log.warn({ user, trouble }, 'Slack did not answer whether a person is a member');
    const scope = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return membershipUnknown(scope);
  }
}
