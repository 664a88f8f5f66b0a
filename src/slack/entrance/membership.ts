// Decides, by Slack's users.info, whether a person is a full member of the workspace; says why not.
import type {
  Membership,
  CheckMembership,
  SlackClient,
  FindWorkspace,
  Workspace,
} from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/** Age limit of cached answers: a deactivated person is refused after this time at the latest. */
const FRESH_MS = 120_000;
const MAX_CACHED = 500;

interface UserClient {
  users: Pick<SlackClient['users'], 'info'>;
}
type User = NonNullable<Awaited<ReturnType<UserClient['users']['info']>>['user']>;

export function createCheckMembership(
  client: UserClient,
  findWorkspace: FindWorkspace,
  now: () => number = Date.now,
): CheckMembership {
  const memberships = new Map<string, { membership: Promise<Membership>; at: number }>();
  return (id) => {
    const cached = memberships.get(id);
    if (cached && now() - cached.at < FRESH_MS) return cached.membership;
    const membership = readMembership(client, findWorkspace, id);
    memberships.delete(id);
    memberships.set(id, { membership, at: now() });
    const [oldest] = memberships.keys();
    if (memberships.size > MAX_CACHED && oldest !== undefined) memberships.delete(oldest);
    membership.catch(() => memberships.delete(id));
    return membership;
  };
}

async function readMembership(
  client: UserClient,
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
