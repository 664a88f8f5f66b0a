// Does look-ups of Slack user groups: which of the groups in argo.yml a person is in.
import { type GroupsOf } from '../contract/people.ts';
import type { Settings } from '../../deploy/settings/settings.ts';

interface Cached {
  members: Promise<ReadonlySet<string>>;
  askedAt: number;
}

/** For decisions: a removed role is noticed within seconds, and many clicks at once share one look-up. */
const FRESH_MS = 5_000;

interface Asking {
  usergroups: { users: { list(of: { usergroup: string }): Promise<{ users?: string[] }> } };
}

/** Rejects when Slack does not answer: an unknown membership must never count as none, or as the last known one. */
export function createGroupsOf(
  client: Asking,
  settings: Settings,
  { cacheMs = 60_000, now = Date.now }: { cacheMs?: number; now?: () => number } = {},
): GroupsOf {
  const ids = groupsIn(settings);
  const cache = new Map<string, Cached>();

  function members(id: string, maxAgeMs: number): Promise<ReadonlySet<string>> {
    const known = cache.get(id);
    if (known && now() - known.askedAt < maxAgeMs) return known.members;
    const asked = client.usergroups.users
      .list({ usergroup: id })
      .then(({ users }) => new Set(users ?? []));
    cache.set(id, { members: asked, askedAt: now() });
    asked.catch(() => cache.delete(id));
    return asked;
  }

  return async (user, how) => {
    const maxAgeMs = how === 'fresh' ? FRESH_MS : cacheMs;
    const inside = await Promise.all(
      ids.map(async (id) => ((await members(id, maxAgeMs)).has(user) ? [id] : [])),
    );
    return inside.flat();
  };
}

function groupsIn(settings: Settings): string[] {
  const places = Object.values(settings.services).flatMap(({ environments }) =>
    Object.values(environments),
  );
  const named = places.flatMap(({ access }) => [
    ...access.deploy,
    ...access.approve,
    ...access.rollback,
    ...access.unlock,
    ...access.break_glass,
  ]);
  return [...new Set(named.filter((id) => id.startsWith('S')))];
}
