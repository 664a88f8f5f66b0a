import type { Channel, Json, Message } from '../model.ts';
import type { Store } from '../store.ts';

/** A message as the API hands it out: metadata only when asked for, thread figures on the root. */
export function shown(message: Message, store: Store, metadata: boolean): Json {
  const { metadata: own, channel, visible_to: _, ...rest } = message;
  const answers = store.thread(channel, message.ts).filter((reply) => reply !== message);
  const latest = answers.at(-1);
  return {
    ...rest,
    team: store.identity.teamId,
    ...(metadata && own && { metadata: own }),
    ...(latest && {
      thread_ts: message.ts,
      reply_count: answers.length,
      reply_users: [...new Set(answers.map((reply) => reply.user))],
      latest_reply: latest.ts,
    }),
  };
}

export function shownChannel(channel: Channel, store: Store): Json {
  if (channel.im !== undefined)
    return { id: channel.id, is_im: true, user: channel.im, is_archived: channel.archived };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.private,
    is_group: channel.private,
    is_im: false,
    is_private: channel.private,
    is_archived: channel.archived,
    is_member: channel.members.includes(store.identity.botUserId),
    context_team_id: store.identity.teamId,
  };
}
