// Decides, by Slack's users.info, whether a person is a full member of the workspace; says why not.
import type { CheckMembership, SlackClient, FindWorkspace, Workspace } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { remembered } from '../api/remembered.ts';

/** Age limit of cached answers: a person who is deactivated in Slack is refused after this time at the latest. */
const FRESH_MS = 120_000;

type User = NonNullable<Awaited<ReturnType<SlackClient['users']['info']>>['user']>;

export function createCheckMembership(
  client: Pick<SlackClient, 'users'>,
  findWorkspace: FindWorkspace,
): CheckMembership {
  const reason = 'This workspace does not know you. Ask one of its members.';
  return remembered(async (id) => {
    try {
      const asked = client.users.info({ user: id });
      const [{ user }, place] = await Promise.all([asked, findWorkspace()]);
      const refused = user ? whyRefused(user, place) : reason;
      return refused === undefined ? { kind: 'member' } : { kind: 'refused', reason: refused };
    } catch (error) {
      const code = slackErrorOf(error);
      const unknown = code?.kind === 'refused' && /^user_not_(found|visible)$/.test(code.error);
      if (unknown) return { kind: 'refused', reason };
      throw error;
    }
  }, FRESH_MS);
}

/** Returns why a person is refused; undefined for full members. */
export function whyRefused(user: User, place: Workspace): string | undefined {
  // Slackbot is checked by id, because its `is_bot` is false.
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT')
    return 'Bots and workflows cannot operate argo-bot.';
  if (user.deleted) return 'This account is deactivated in Slack.';
  if (user.is_stranger || !belongsTo(user, place))
    return 'You belong to another workspace (Slack Connect). Ask a member of this one.';
  if (user.is_restricted || user.is_ultra_restricted)
    return 'Guests cannot operate argo-bot. Ask a full member of this workspace.';
  return undefined;
}

function belongsTo({ team_id: team, enterprise_user: of }: User, place: Workspace): boolean {
  if (team === place.team) return true;
  const sameOrganization = place.enterprise !== undefined && of?.enterprise_id === place.enterprise;
  return sameOrganization && of.teams?.includes(place.team) === true;
}
