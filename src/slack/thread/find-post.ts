// Searches Slack for a message or file whose post got no answer, so that it is not posted twice.
import type { SlackClient } from '../contract/ports.ts';
import type { RateLimited, CallResult } from '../api/rate-limited.ts';

export const EVENT_TYPE = 'argo_deployment';
const PAGES = 5;
/** Slack's clock may differ from this machine's by so much, so the search begins earlier. */
const CLOCK_SKEW_SECONDS = 120;

export interface Search {
  deployment: string;
  channel: string;
  team: string;
  /** The thread to search; if undefined, the channel is searched. */
  threadTs: string | undefined;
  /** Only newer messages are searched. Unix milliseconds. */
  postedAfter: number;
  /** How many pages of 200 messages to read. */
  pages?: number;
}

export interface SearchTools {
  client: SlackClient;
  rateLimited: RateLimited;
}

export interface FoundMessage {
  ts?: string;
  text?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  files?: { id?: string; name?: string | null }[];
}

/** Finds a message by the deployment and key in its metadata. Returns its ts; undefined if Slack does not have it. */
export function findPost(
  tools: SearchTools,
  search: Search,
  key: string,
): Promise<CallResult<string | undefined>> {
  return find(tools, search, (message) => {
    const payload = payloadOf(message);
    return payload?.['deployment'] === search.deployment && payload['key'] === key
      ? message.ts
      : undefined;
  });
}

/** Finds a file by its name, which contains the deployment's id. Returns the file's id; undefined if Slack has none. */
export function findFile(
  tools: SearchTools,
  search: Search,
  name: string,
): Promise<CallResult<string | undefined>> {
  return find(tools, search, ({ files }) => files?.find((file) => file.name === name)?.id);
}

/** Returns the metadata that argo-bot gave a message; undefined for messages of others. */
export function payloadOf({ metadata }: FoundMessage): Record<string, unknown> | undefined {
  return metadata?.event_type === EVENT_TYPE ? metadata.event_payload : undefined;
}

async function find(
  tools: SearchTools,
  search: Search,
  match: (message: FoundMessage) => string | undefined,
): Promise<CallResult<string | undefined>> {
  for await (const page of pagesOf(tools, search)) {
    if (page.kind !== 'sent') return page;
    const value = page.value.messages.map(match).find((found) => found !== undefined);
    if (value !== undefined) return { kind: 'sent', value };
  }
  return { kind: 'sent', value: undefined };
}

/** Yields pages of messages, newest page first. `more`: Slack has older ones. Ends after the first call that fails. */
export async function* pagesOf(
  { client, rateLimited }: SearchTools,
  { deployment, channel, team, threadTs, postedAfter, pages = PAGES }: Search,
): AsyncGenerator<CallResult<{ messages: FoundMessage[]; more: boolean }>> {
  const oldest = String(Math.floor(postedAfter / 1000) - CLOCK_SKEW_SECONDS);
  const query = { channel, oldest, limit: 200, include_all_metadata: true };
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const common = { ...query, ...(cursor ? { cursor } : {}) };
    const answer = await rateLimited({
      method: threadTs === undefined ? 'conversations.history' : 'conversations.replies',
      scope: team,
      deployment,
      send: () =>
        threadTs === undefined
          ? client.conversations.history(common)
          : client.conversations.replies({ ...common, ts: threadTs }),
    });
    if (answer.kind !== 'sent') return yield answer;
    cursor = answer.value.response_metadata?.next_cursor;
    const messages = (answer.value.messages ?? []) as FoundMessage[];
    yield { kind: 'sent', value: { messages, more: Boolean(cursor) } };
    if (!cursor) return;
  }
}
