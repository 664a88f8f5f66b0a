import { refuseMessageBlocks } from '../blocks/message.ts';
import { stampIds } from '../blocks/stamp.ts';
import { isRecord } from '../model.ts';
import type { Channel, Json } from '../model.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';
import { ApiError, refused } from './errors.ts';

export const POSTED_TEXT = 40_000;
export const UPDATED_TEXT = 4000;
export const METADATA_BYTES = 16_000;

/** Text is asked for beside blocks too: notifications and screen readers have nothing else. */
export function textOf(args: Args): string {
  const text = args.optional('text');
  if (text === undefined) throw new ApiError('no_text');
  return text;
}

/** Posting under another name or face takes a scope of its own. */
export function asItself(args: Args, { credentials: { scopes } }: World): void {
  const disguised = ['username', 'icon_emoji', 'icon_url'].some((name) => name in args.raw);
  if (disguised && !scopes.includes('chat:write.customize'))
    throw new ApiError('missing_scope', {
      needed: 'chat:write.customize',
      provided: scopes.join(','),
    });
}

export function blocksOf(args: Args): Json[] | undefined {
  if (args.raw.attachments !== undefined)
    throw refused('invalid_arguments', [
      'attachments are not offered here [json-pointer:/attachments]',
    ]);
  const blocks = args.structure('blocks', 'invalid_blocks_format');
  if (blocks === undefined) return undefined;
  const refusal = refuseMessageBlocks(blocks);
  if (refusal) throw refused(refusal.error, refusal.errors);
  const stamped = stampIds(blocks);
  return stamped.length > 0 ? stamped : undefined;
}

export function metadataOf(args: Args): Json | undefined {
  const metadata = args.record('metadata', 'invalid_metadata_format');
  if (metadata === undefined) return undefined;
  const { event_type: type, event_payload: payload, ...rest } = metadata;
  if (typeof type !== 'string' || !/^[\w:.-]{1,255}$/.test(type))
    throw new ApiError('invalid_metadata_format');
  if (!isRecord(payload) || Object.keys(rest).length > 0)
    throw new ApiError('invalid_metadata_format');
  if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_BYTES)
    throw new ApiError('metadata_too_large');
  return metadata;
}

/** A channel the bot may read: it knows it, and is in it when it is private. */
export function readableChannel(args: Args, world: World): Channel {
  const channel = world.store.channel(args.required('channel'));
  const bot = world.store.identity.botUserId;
  if (!channel) throw new ApiError('channel_not_found');
  if (channel.private && !channel.members.includes(bot)) throw new ApiError('channel_not_found');
  return channel;
}

/** A channel the bot may write to. */
export function writableChannel(args: Args, world: World): Channel {
  const channel = readableChannel(args, world);
  if (channel.archived) throw new ApiError('is_archived');
  const open = !channel.private && world.credentials.scopes.includes('chat:write.public');
  if (!open && !channel.members.includes(world.store.identity.botUserId))
    throw new ApiError('not_in_channel');
  return channel;
}

export function threadOf(args: Args, world: World, channel: Channel): string | undefined {
  const ts = args.optional('thread_ts');
  if (ts === undefined) return undefined;
  const root = world.store.find(channel.id, ts);
  if (!root) throw new ApiError('thread_not_found');
  if (root.thread_ts !== undefined && root.thread_ts !== ts)
    throw new ApiError('cannot_reply_to_message');
  return ts;
}
