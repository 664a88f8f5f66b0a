// Searches Slack for a message or file whose post got no answer, so that it is not posted twice.
import type { SlackClient } from '../contract/ports.ts';
import type { RateLimited, CallResult } from '../api/rate-limited.ts';

export const EVENT_TYPE = 'argo_deployment';
const PAGES = 5;
/** Slack's clock and ours may differ by this many seconds. */
const CLOCK_SKEW_SECONDS = 120;

export interface PostSearch {
  deployment: string;
  channel: string;
  team: string;
  /** The thread to search; if undefined, the channel is searched. */
  threadTs: string | undefined;
  /** Older messages are ignored. Unix milliseconds. */
  postedAfter: number;
}

interface FoundMessage {
  ts?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  files?: { id?: string; name?: string | null }[];
}

/** Finds a message by its metadata. `value`: its ts; undefined if Slack does not have it. */
export function findPost(
  tools: { client: SlackClient; rateLimited: RateLimited },
  search: PostSearch,
  key: string,
): Promise<CallResult<string | undefined>> {
  return find(tools, search, ({ ts, metadata }) => {
    const payload = metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined;
    return payload?.['deployment'] === search.deployment && payload['key'] === key ? ts : undefined;
  });
}

/** Finds a file by its name, which contains the deployment's id. `value`: the file's id; undefined if missing. */
export function findFile(
  tools: { client: SlackClient; rateLimited: RateLimited },
  search: PostSearch,
  name: string,
): Promise<CallResult<string | undefined>> {
  return find(tools, search, ({ files }) => files?.find((file) => file.name === name)?.id);
}

async function find(
  { client, rateLimited }: { client: SlackClient; rateLimited: RateLimited },
  { deployment, channel, team, threadTs, postedAfter }: PostSearch,
  match: (message: FoundMessage) => string | undefined,
): Promise<CallResult<string | undefined>> {
  const oldest = String(Math.floor(postedAfter / 1000) - CLOCK_SKEW_SECONDS);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const common = {
      channel,
      oldest,
      limit: 200,
      include_all_metadata: true,
      ...(cursor ? { cursor } : {}),
    };
    const answer = await rateLimited({
      method: threadTs === undefined ? 'conversations.history' : 'conversations.replies',
      scope: team,
      deployment,
      send: () =>
        threadTs === undefined
          ? client.conversations.history(common)
          : client.conversations.replies({ ...common, ts: threadTs }),
    });
    if (answer.kind !== 'sent') return answer;
    for (const message of (answer.value.messages ?? []) as FoundMessage[]) {
      const found = match(message);
      if (found !== undefined) return { kind: 'sent', value: found };
    }
    cursor = answer.value.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  return { kind: 'sent', value: undefined };
}
