import type { Message } from '../model.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';
import {
  asItself,
  blocksOf,
  metadataOf,
  POSTED_TEXT,
  readableChannel,
  textOf,
  threadOf,
  UPDATED_TEXT,
  writableChannel,
} from './content.ts';
import { ApiError } from './errors.ts';
import type { Method, Methods } from './method.ts';
import { shown } from './shown.ts';

const WRITE = ['chat:write'];

const postMessage: Method = {
  scopes: WRITE,
  tier: 'channel',
  run(args, world) {
    asItself(args, world);
    const channel = writableChannel(args, world);
    const text = textOf(args).slice(0, POSTED_TEXT);
    const blocks = blocksOf(args);
    const metadata = metadataOf(args);
    const thread = threadOf(args, world, channel);
    const { identity } = world.store;
    const message = world.store.post({
      channel: channel.id,
      user: identity.botUserId,
      bot_id: identity.botId,
      app_id: identity.appId,
      text,
      ...(blocks && { blocks }),
      ...(metadata && { metadata }),
      ...(thread !== undefined && { thread_ts: thread }),
      ...(thread !== undefined && args.flag('reply_broadcast') && { subtype: 'thread_broadcast' }),
    });
    return { channel: channel.id, ts: message.ts, message: shown(message, world.store, true) };
  },
};

/** The message to change, if it is there and the bot wrote it. */
function ownMessage(args: Args, world: World, refusal: string): Message {
  const channel = writableChannel(args, world);
  const message = world.store.find(channel.id, args.required('ts'));
  if (!message) throw new ApiError('message_not_found');
  if (message.user !== world.store.identity.botUserId) throw new ApiError(refusal);
  return message;
}

const update: Method = {
  scopes: WRITE,
  tier: 50,
  run(args, world) {
    const message = ownMessage(args, world, 'cant_update_message');
    const text = textOf(args);
    if (text.length > UPDATED_TEXT) throw new ApiError('msg_too_long');
    const blocks = blocksOf(args);
    const metadata = metadataOf(args);
    message.text = text;
    // Text alone replaces the whole message: its blocks go. Metadata left out stays.
    delete message.blocks;
    if (blocks) message.blocks = blocks;
    if (metadata) message.metadata = metadata;
    message.edited = { user: message.user, ts: world.store.nextTs() };
    world.store.changes.emit('updated');
    const { channel, ts } = message;
    return { channel, ts, text, message: shown(message, world.store, true) };
  },
};

const postEphemeral: Method = {
  scopes: WRITE,
  tier: 100,
  run(args, world) {
    const channel = writableChannel(args, world);
    const user = args.required('user');
    if (!channel.members.includes(user)) throw new ApiError('user_not_in_channel');
    const text = textOf(args).slice(0, POSTED_TEXT);
    const blocks = blocksOf(args);
    const thread = threadOf(args, world, channel);
    const message = world.store.post({
      channel: channel.id,
      user: world.store.identity.botUserId,
      bot_id: world.store.identity.botId,
      text,
      visible_to: user,
      ...(blocks && { blocks }),
      ...(thread !== undefined && { thread_ts: thread }),
    });
    return { message_ts: message.ts };
  },
};

const remove: Method = {
  scopes: WRITE,
  tier: 50,
  run(args, world) {
    const message = ownMessage(args, world, 'cant_delete_message');
    world.store.remove(message);
    return { channel: message.channel, ts: message.ts };
  },
};

const getPermalink: Method = {
  scopes: [],
  tier: 100,
  run(args, world) {
    const channel = readableChannel(args, world);
    const message = world.store.find(channel.id, args.required('message_ts'));
    if (!message) throw new ApiError('message_not_found');
    const permalink = `${world.url}/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}`;
    return { channel: channel.id, permalink: permalink + thread };
  },
};

export const chat: Methods = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
