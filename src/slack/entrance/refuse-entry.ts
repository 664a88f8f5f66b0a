// Whether a person's request is carried out at all: not too many in a minute, and a member of the workspace.
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { rateLimited, membershipUnknown } from '../views/answers/entrance.ts';
import { denied } from '../views/answers/answers.ts';

/** What undoes or stops something has an allowance of its own, so that nothing else uses it up. */
export const inAnyMinute = { ordinary: 30, urgent: 20, typing: 90 } as const;
export type Lane = keyof typeof inAnyMinute;

type EntrancePorts = Pick<SlackPorts, 'limiter' | 'checkMembership' | 'log'>;

/** The answer instead of the work; undefined for those who are let in. */
export async function refuseEntry(
  { limiter, checkMembership, log }: EntrancePorts,
  { user }: Pick<Interaction, 'user'>,
  lane: Lane,
): Promise<Reply | undefined> {
  const most = inAnyMinute[lane];
  // First, so that a flood costs no questions to Slack.
  const turn = await limiter.take(`person:${user}:${lane}`, { inAnyMinute: most });
  if (turn.kind === 'wait') {
    log.info({ user, lane, ms: turn.ms }, 'too many requests of one person');
    return rateLimited(most, Date.now() + turn.ms, lane);
  }
  try {
    const standing = await checkMembership(user);
    if (standing.kind === 'member') return undefined;
    log.warn({ user, reason: standing.reason }, 'refused a person');
    return denied(standing.reason);
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (!trouble) throw error;
    log.warn({ user, trouble }, 'Slack did not say who somebody is');
    const scope = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return membershipUnknown(scope);
  }
}
