import type { Settings } from '../deploy/settings.ts';
import type { SlackClient } from './client.ts';

interface Cached {
  members: Promise<ReadonlySet<string>>;
  until: number;
}

/**
 * Looks up user groups, only those that argo.yml names. It rejects when Slack does not answer:
 * an unknown membership must never look like an empty one, nor like the last known one.
 */
export function createGroups(
  client: SlackClient,
  settings: Settings,
  { cacheMs = 60_000, now = Date.now }: { cacheMs?: number; now?: () => number } = {},
): (user: string) => Promise<readonly string[]> {
  const ids = groupsIn(settings);
  const cache = new Map<string, Cached>();

  function members(id: string): Promise<ReadonlySet<string>> {
    const known = cache.get(id);
    if (known && known.until > now()) return known.members;
    const asked = client.usergroups.users
      .list({ usergroup: id })
      .then(({ users }) => new Set(users ?? []));
    cache.set(id, { members: asked, until: now() + cacheMs });
    asked.catch(() => cache.delete(id));
    return asked;
  }

  return async (user) => {
    const inside = await Promise.all(
      ids.map(async (id) => ((await members(id)).has(user) ? [id] : [])),
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
  ]);
  return [...new Set(named.filter((id) => id.startsWith('S')))];
}
