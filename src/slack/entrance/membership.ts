// Decides whether a person is a full member of the workspace, and why not; by Slack's users.info.
import { type Membership, type CheckMembership } from '../contract/people.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import { slackErrorOf } from '../api/errors.ts';
import type { FindWorkspace, Workspace } from '../contract/people.ts';

/** A deactivated person is refused after this time at the latest. */
const FRESH_MS = 120_000;
const MOST = 500;

interface Asking {
  users: Pick<SlackClient['users'], 'info'>;
}
type User = NonNullable<Awaited<ReturnType<Asking['users']['info']>>['user']>;

export function createCheckMembership(
  client: Asking,
  findWorkspace: FindWorkspace,
  now: () => number = Date.now,
): CheckMembership {
  const known = new Map<string, { standing: Promise<Membership>; at: number }>();
  return (id) => {
    const before = known.get(id);
    if (before && now() - before.at < FRESH_MS) return before.standing;
    const standing = standingOf(client, findWorkspace, id);
    known.delete(id);
    known.set(id, { standing, at: now() });
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    standing.catch(() => known.delete(id));
    return standing;
  };
}

async function standingOf(
  client: Asking,
  findWorkspace: FindWorkspace,
  id: string,
): Promise<Membership> {
  const reason = 'This workspace does not know you. Ask one of its members.';
  try {
    const [{ user }, place] = await Promise.all([client.users.info({ user: id }), findWorkspace()]);
    return user ? membershipOf(user, place) : { kind: 'refused', reason };
  } catch (error) {
    const trouble = slackErrorOf(error);
    const unknown = trouble?.kind === 'refused' && /^user_not_(found|visible)$/.test(trouble.error);
    if (unknown) return { kind: 'refused', reason };
    throw error;
  }
}

function membershipOf(user: User, place: Workspace): Membership {
  const reason = whyRefused(user, place);
  return reason === undefined ? { kind: 'member' } : { kind: 'refused', reason };
}

/** Why a person is refused; undefined for full members. */
export function whyRefused(user: User, place: Workspace): string | undefined {
  // `is_bot` is false for Slackbot.
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT')
    return 'Bots and workflows cannot operate argo-bot.';
  if (user.deleted) return 'This account is deactivated in Slack.';
  if (user.is_stranger || !isOf(user, place))
    return 'You belong to another workspace (Slack Connect). Ask a member of this one.';
  if (user.is_restricted || user.is_ultra_restricted)
    return 'Guests cannot operate argo-bot. Ask a full member of this workspace.';
  return undefined;
}

function isOf({ team_id: team, enterprise_user: of }: User, place: Workspace): boolean {
  if (team === place.team) return true;
  const sameOrganization = place.enterprise !== undefined && of?.enterprise_id === place.enterprise;
  return sameOrganization && of.teams?.includes(place.team) === true;
}
