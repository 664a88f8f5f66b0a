// Looks up the members of Slack channels, and of the user groups that argo.yml names.
import type { GroupsOf, InChannel, SlackClient } from '../contract/ports.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Settings } from '../../deploy/settings/settings.ts';
import { slackErrorOf } from './errors.ts';

/** Age limit for decisions: a removed member loses the role within seconds, and quick clicks share a look-up. */
const FRESH_MS = 5_000;
const CACHE_MS = 60_000;
/** Pages of 1,000 members that are read per channel. */
const MAX_PAGES = 10;

interface GroupClient {
  usergroups: { users: { list(of: { usergroup: string }): Promise<{ users?: string[] }> } };
}

/** Rejects when Slack does not answer: an unknown membership must not count as none, or as an earlier answer. */
export function createGroupsOf(
  client: GroupClient,
  settings: Settings,
  { cacheMs = CACHE_MS, now = Date.now }: { cacheMs?: number; now?: () => number } = {},
): GroupsOf {
  const ids = groupsIn(settings);
  const members = cachedMembers(
    async (id) => (await client.usergroups.users.list({ usergroup: id })).users ?? [],
    now,
  );
  return async (user, how) => {
    const maxAgeMs = how === 'fresh' ? FRESH_MS : cacheMs;
    const inside = await Promise.all(
      ids.map(async (id) => ((await members(id, maxAgeMs)).has(user) ? [id] : [])),
    );
    return inside.flat();
  };
}

/** Returns false for everybody if Slack does not list the channel's members: its environments stay hidden. */
export function createInChannel(
  client: { conversations: Pick<SlackClient['conversations'], 'members'> },
  log: Log,
): InChannel {
  const membersOf = async (channel: string): Promise<string[]> => {
    const found: string[] = [];
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await client.conversations.members({ channel, limit: 1_000, cursor });
      found.push(...(answer.members ?? []));
      cursor = answer.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return found;
  };
  const members = cachedMembers(async (channel) => {
    try {
      return await membersOf(channel);
    } catch (error) {
      const trouble = slackErrorOf(error);
      if (!trouble) throw error;
      log.info(
        { channel, trouble },
        'Slack did not list the members of a channel; its environments stay hidden on the Home tab',
      );
      return [];
    }
  });
  return async (user, channel) => (await members(channel, CACHE_MS)).has(user);
}

type Members = (id: string, maxAgeMs: number) => Promise<ReadonlySet<string>>;

/** Caches members by id. Simultaneous look-ups share one call; a failed look-up is not cached. */
function cachedMembers(readMembers: (id: string) => Promise<string[]>, now = Date.now): Members {
  const cache = new Map<string, { members: Promise<ReadonlySet<string>>; askedAt: number }>();
  return (id, maxAgeMs) => {
    const entry = cache.get(id);
    if (entry && now() - entry.askedAt < maxAgeMs) return entry.members;
    const members = readMembers(id).then((users) => new Set(users));
    cache.set(id, { members, askedAt: now() });
    members.catch(() => cache.delete(id));
    return members;
  };
}

function groupsIn(settings: Settings): string[] {
  const places = Object.values(settings.services).flatMap(({ environments }) =>
    Object.values(environments),
  );
  const ids = places.flatMap(({ access }) => [
    ...access.deploy,
    ...access.approve,
    ...access.rollback,
    ...access.unlock,
    ...access.break_glass,
  ]);
  return [...new Set(ids.filter((id) => id.startsWith('S')))];
}
