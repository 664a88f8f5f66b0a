import type { SlackClient } from '../contract/slack-client.ts';
import type { RateLimitedClient, Sent } from '../api/rate-limited-client.ts';

export const EVENT_TYPE = 'argo_deployment';
const PAGES = 5;
/** Slack's clock and ours may differ by this much. */
const SLACK_SECONDS = 120;

export interface Sought {
  deployment: string;
  channel: string;
  team: string;
  /** The thread to look in; undefined: the channel itself. */
  thread: string | undefined;
  /** When the post was begun, Unix milliseconds. */
  begun: number;
}

interface Seen {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  files?: { id?: string; name?: string | null }[];
}

/** Looks whether a post whose answer was lost stands in the channel: `value` is its ts. */
export function findPost(
  tools: { client: SlackClient; caller: RateLimitedClient },
  sought: Sought,
  key: string,
): Promise<Sent<string | undefined>> {
  return find(tools, sought, ({ ts, metadata }) => {
    const payload = metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined;
    return payload?.['deployment'] === sought.deployment && payload['key'] === key ? ts : undefined;
  });
}

/** The same for a file, by its name, which holds the deployment's id. */
export function findFile(
  tools: { client: SlackClient; caller: RateLimitedClient },
  sought: Sought,
  name: string,
): Promise<Sent<string | undefined>> {
  return find(tools, sought, ({ files }) => files?.find((file) => file.name === name)?.id);
}

async function find(
  { client, caller }: { client: SlackClient; caller: RateLimitedClient },
  { deployment, channel, team, thread, begun }: Sought,
  match: (message: Seen) => string | undefined,
): Promise<Sent<string | undefined>> {
  const oldest = String(Math.floor(begun / 1000) - SLACK_SECONDS);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const common = {
      channel,
      oldest,
      limit: 200,
      include_all_metadata: true,
      ...(cursor ? { cursor } : {}),
    };
    const answer = await caller.call({
      method: thread === undefined ? 'conversations.history' : 'conversations.replies',
      scope: team,
      deployment,
      send: () =>
        thread === undefined
          ? client.conversations.history(common)
          : client.conversations.replies({ ...common, ts: thread }),
    });
    if (answer.kind !== 'sent') return answer;
    for (const message of (answer.value.messages ?? []) as Seen[]) {
      const found = match(message);
      if (found !== undefined) return { kind: 'sent', value: found };
    }
    cursor = answer.value.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return { kind: 'sent', value: undefined };
}
