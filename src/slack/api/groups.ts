// Looks up the members of Slack channels, and of the user groups that argo.yml names.
import type { GroupsOf, InChannel, SlackClient } from '../contract/ports.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import { allTargets, type Settings } from '../../deploy/settings/settings.ts';
import { slackErrorOf } from './errors.ts';
import { remembered } from './remembered.ts';

/** Age limit of a `fresh` answer, which approvals need: a removed member can approve for 5 seconds at most. */
const FRESH_MS = 5_000;
const CACHE_MS = 60_000;
/** How many pages of 1,000 members are read per channel at most. */
const MAX_PAGES = 10;

/** Rejects when Slack does not answer, so that callers can say why they deny. Never falls back to an older answer. */
export function createGroupsOf(
  client: {
    usergroups: { users: { list(of: { usergroup: string }): Promise<{ users?: string[] }> } };
  },
  settings: Settings,
  now = Date.now,
): GroupsOf {
  const named = allTargets(settings).flatMap(({ place }) => Object.values(place.access).flat());
  const ids = [...new Set(named.filter((id) => id.startsWith('S')))];
  const members = remembered(
    async (usergroup) => {
      try {
        return new Set((await client.usergroups.users.list({ usergroup })).users);
      } catch (error) {
        const trouble = slackErrorOf(error);
        // A group that was deleted in Slack has no members. Members of other groups keep their roles.
        if (trouble?.kind === 'refused' && trouble.error === 'no_such_subteam') return new Set();
        throw error;
      }
    },
    CACHE_MS,
    now,
  );
  return async (user, how) => {
    const maxAgeMs = how === 'fresh' ? FRESH_MS : CACHE_MS;
    const all = await Promise.all(ids.map((id) => members(id, maxAgeMs)));
    return ids.filter((_id, index) => all[index]?.has(user));
  };
}

/** If Slack does not list a channel's members, returns false for everybody: Home hides the channel's environments. */
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
  const members = remembered(async (channel) => {
    try {
      return new Set(await membersOf(channel));
    } catch (error) {
      const trouble = slackErrorOf(error);
      if (!trouble) throw error;
      log.info(
        { channel, trouble },
        'Slack did not list the members of a channel, so the Home tab hides its environments; argo-bot asks again after a minute. If this repeats, run argo-bot doctor',
      );
      return new Set();
    }
  }, CACHE_MS);
  return async (user, channel) => (await members(channel)).has(user);
}
