import type { Json, Message } from '../model.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';
import { readableChannel } from './content.ts';
import { ApiError } from './errors.ts';
import type { Method, Methods } from './method.ts';
import { shown, shownChannel } from './shown.ts';

const HISTORY = ['channels:history', 'groups:history', 'im:history'];

/** The scope goes by the kind of channel, not by the method alone. */
function member(args: Args, world: World, kind: 'history' | 'read') {
  const channel = readableChannel(args, world);
  const family = channel.im !== undefined ? 'im' : channel.private ? 'groups' : 'channels';
  const needed = `${family}:${kind}`;
  const { scopes } = world.credentials;
  if (!scopes.includes(needed))
    throw new ApiError('missing_scope', { needed, provided: scopes.join(',') });
  if (kind === 'history' && !channel.members.includes(world.store.identity.botUserId))
    throw new ApiError('not_in_channel');
  return channel;
}

const info: Method = {
  scopes: ['channels:read', 'groups:read', 'im:read'],
  tier: 50,
  run: (args, world) => ({ channel: shownChannel(member(args, world, 'read'), world.store) }),
};

const members: Method = {
  scopes: ['channels:read', 'groups:read', 'im:read'],
  tier: 100,
  run: (args, world) => ({
    members: member(args, world, 'read').members,
    response_metadata: { next_cursor: '' },
  }),
};

function within(args: Args, messages: Message[]): Message[] {
  const oldest = Number(args.optional('oldest') ?? 0);
  const latest = Number(args.optional('latest') ?? Infinity);
  const inclusive = args.flag('inclusive');
  return messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

/** One page and, when more follow, the cursor that names the next message. */
function page(args: Args, world: World, messages: Message[]): Json {
  const limit = args.count('limit', 100, 999);
  const cursor = args.optional('cursor');
  let start = 0;
  if (cursor !== undefined) {
    const [prefix, ts] = Buffer.from(cursor, 'base64').toString().split(':');
    start = prefix === 'next_ts' ? messages.findIndex((message) => message.ts === ts) : -1;
    if (start < 0) throw new ApiError('invalid_cursor');
  }
  const next = messages[start + limit];
  const nextCursor = next ? Buffer.from(`next_ts:${next.ts}`).toString('base64') : '';
  const metadata = args.flag('include_all_metadata');
  return {
    messages: messages
      .slice(start, start + limit)
      .map((message) => shown(message, world.store, metadata)),
    has_more: next !== undefined,
    response_metadata: { next_cursor: nextCursor },
  };
}

const history: Method = {
  scopes: HISTORY,
  tier: 50,
  run(args, world) {
    const channel = member(args, world, 'history');
    const roots = world.store
      .published(channel.id)
      .filter(
        ({ ts, thread_ts: thread, subtype }) =>
          thread === undefined || thread === ts || subtype !== undefined,
      );
    return page(args, world, within(args, roots).toReversed());
  },
};

const replies: Method = {
  scopes: HISTORY,
  tier: 50,
  run(args, world) {
    const channel = member(args, world, 'history');
    const ts = args.required('ts');
    const [root, ...answers] = world.store.thread(channel.id, ts);
    if (!root || root.ts !== ts) throw new ApiError('thread_not_found');
    return page(args, world, [root, ...within(args, answers)]);
  },
};

export const conversations: Methods = {
  'conversations.info': info,
  'conversations.history': history,
  'conversations.members': members,
  'conversations.replies': replies,
};
