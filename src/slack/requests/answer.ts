// Answers a person where only that person reads it, or the whole channel.
import type { RespondArguments } from '@slack/bolt';
import type { Reply } from '../contract/interaction.ts';
import type { SlackClient } from '../contract/slack-client.ts';

interface ReplyTarget {
  user: string;
  channel: string;
  thread?: string | undefined;
}

/**
 * Answers one person, by response_url where the request had one: that works in channels the bot is
 * not in. It is good for five answers in half an hour; after that, an ephemeral message.
 */
export function answering(
  client: SlackClient,
  { user, channel, thread }: ReplyTarget,
  respond?: (message: RespondArguments) => Promise<unknown>,
): (reply: Reply) => Promise<void> {
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  return async ({ text, blocks, everyone = false }) => {
    const message = { text, ...(blocks ? { blocks } : {}), ...inThread };
    if (respond) {
      try {
        const response_type = everyone ? 'in_channel' : 'ephemeral';
        await respond({ ...message, response_type, replace_original: false });
        return;
      } catch {
        // Expired or used up; the other way may still work.
      }
    }
    if (everyone) await client.chat.postMessage({ channel, ...message });
    else await client.chat.postEphemeral({ channel, user, ...message });
  };
}
