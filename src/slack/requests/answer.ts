// Sends a reply privately to one person, or to the whole channel.
import type { RespondArguments } from '@slack/bolt';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { slackErrorOf } from '../api/errors.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** Slack's errors for a channel that lacks the person or the bot, or is archived. */
const OUTSIDE = /^(?:user_not_in_channel|not_in_channel|channel_not_found|is_archived)$/;

/**
 * Returns a function that sends replies. It prefers the response_url, which works in channels without the bot.
 * Slack accepts five answers there within 30 minutes. After that, the bot posts a message itself. If the channel lacks
 * the person or the bot, the person's Home tab shows the answer.
 */
export function answering(
  { client, home }: Pick<SlackPorts, 'client'> & Partial<Pick<SlackPorts, 'home'>>,
  { user, channel, thread }: Pick<Interaction, 'user' | 'channel' | 'thread'>,
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
        // The response_url has expired or is used up, so the bot posts a message below.
      }
    }
    try {
      if (everyone) await client.chat.postMessage({ channel, ...message });
      else await client.chat.postEphemeral({ channel, user, ...message });
    } catch (error) {
      const trouble = slackErrorOf(error);
      if (!home || trouble?.kind !== 'refused' || !OUTSIDE.test(trouble.error)) throw error;
      await home.show(user, text);
    }
  };
}
