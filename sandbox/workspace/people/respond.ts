import { Args } from '../api/args.ts';
import { blocksOf, POSTED_TEXT, UPDATED_TEXT } from '../api/content.ts';
import { ApiError } from '../api/errors.ts';
import { isRecord } from '../model.ts';
import type { Json, Message } from '../model.ts';
import type { World } from '../world.ts';
import type { Origin } from './response-urls.ts';

function original(world: World, origin: Origin): Message {
  const found = world.store.messages.find(
    (message) => message.channel === origin.channel && message.ts === origin.messageTs,
  );
  if (!found) throw new ApiError('message_not_found');
  return found;
}

function replace(
  world: World,
  message: Message,
  text: string,
  blocks: Json[] | undefined,
): Message {
  if (text.length > UPDATED_TEXT) throw new ApiError('msg_too_long');
  message.text = text;
  delete message.blocks;
  if (blocks) message.blocks = blocks;
  message.edited = { user: message.user, ts: world.store.nextTs() };
  world.store.changes.emit('updated');
  return message;
}

/** Puts an app's answer where it belongs: an ack's payload or a post to a response_url. */
export function respond(world: World, origin: Origin, body: unknown): Message | undefined {
  if (!isRecord(body)) throw new ApiError('invalid_payload');
  const args = new Args(body);
  if (args.flag('delete_original')) {
    world.store.remove(original(world, origin));
    return undefined;
  }
  const blocks = blocksOf(args);
  const text = args.optional('text') ?? '';
  if (text === '' && blocks === undefined) throw new ApiError('no_text');
  const kind = args.optional('response_type') ?? 'ephemeral';
  if (kind !== 'ephemeral' && kind !== 'in_channel') throw new ApiError('invalid_arguments');
  if (args.flag('replace_original')) return replace(world, original(world, origin), text, blocks);
  const thread = args.optional('thread_ts');
  if (thread !== undefined && !world.store.find(origin.channel, thread))
    throw new ApiError('thread_not_found');
  const { botUserId, botId } = world.store.identity;
  return world.store.post({
    channel: origin.channel,
    user: botUserId,
    bot_id: botId,
    text: text.slice(0, POSTED_TEXT),
    ...(blocks && { blocks }),
    ...(kind === 'ephemeral' && { visible_to: origin.user }),
    ...(thread !== undefined && { thread_ts: thread }),
  });
}
