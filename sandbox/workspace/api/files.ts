import { secret, slackId } from '../ids.ts';
import { isRecord } from '../model.ts';
import type { Json } from '../model.ts';
import { describeFile } from '../store.ts';
import type { StoredFile } from '../store.ts';
import type { World } from '../world.ts';
import { threadOf, writableChannel } from './content.ts';
import { ApiError, refused } from './errors.ts';
import { mimeType } from './mime.ts';
import type { Method, Methods } from './method.ts';

const MAX_BYTES = 50_000_000;

interface Upload {
  file: StoredFile;
  length: number;
  received: boolean;
}

const uploads = new WeakMap<World, Map<string, Upload>>();

function uploadsOf(world: World): Map<string, Upload> {
  const known = uploads.get(world);
  if (known) return known;
  const fresh = new Map<string, Upload>();
  uploads.set(world, fresh);
  return fresh;
}

const getUploadUrl: Method = {
  scopes: ['files:write'],
  tier: 100,
  run(args, world) {
    const name = args.required('filename');
    const length = Number(args.required('length'));
    if (!Number.isInteger(length) || length < 1 || length > MAX_BYTES)
      throw refused('invalid_arguments', ['must be a valid size [json-pointer:/length]']);
    const id = slackId('F');
    const alt = args.optional('alt_txt') ?? args.optional('alt_text');
    const file: StoredFile = {
      id,
      name,
      title: name,
      mimetype: mimeType(name),
      size: length,
      user: world.store.identity.botUserId,
      created: Math.floor(world.clock.now() / 1000),
      url_private: `${world.url}/files-pri/${id}/${encodeURIComponent(name)}`,
      permalink: `${world.url}/sandbox/files/${id}`,
      content: Buffer.alloc(0),
      ...(alt !== undefined && { alt_txt: alt }),
    };
    const ticket = secret();
    uploadsOf(world).set(ticket, { file, length, received: false });
    return { upload_url: `${world.url}/upload/v1/${ticket}`, file_id: id };
  },
};

/** The bytes behind an upload url. True when they are as many as announced. */
export function receiveUpload(world: World, ticket: string, content: Buffer): boolean {
  const upload = uploadsOf(world).get(ticket);
  if (!upload || upload.received || content.length !== upload.length) return false;
  upload.file.content = content;
  upload.received = true;
  return true;
}

function finished(world: World, entry: unknown): StoredFile {
  const pending = [...uploadsOf(world)].find(
    ([, upload]) => isRecord(entry) && upload.file.id === entry.id,
  );
  if (!pending?.[1].received) throw new ApiError('file_not_found');
  const [ticket, { file }] = pending;
  uploadsOf(world).delete(ticket);
  if (isRecord(entry) && typeof entry.title === 'string') file.title = entry.title;
  return file;
}

const complete: Method = {
  scopes: ['files:write'],
  tier: 100,
  run(args, world): Json {
    const list = args.structure('files');
    if (!Array.isArray(list) || list.length === 0 || list.length > 10)
      throw refused('invalid_arguments', ['must hold 1 to 10 files [json-pointer:/files]']);
    const id = args.optional('channel_id');
    const place = id === undefined ? undefined : writableChannel(args.with('channel', id), world);
    const thread = place && threadOf(args, world, place);
    const stored = list.map((entry) => finished(world, entry));
    for (const file of stored) world.store.files.set(file.id, file);
    const files = stored.map(describeFile);
    if (place) {
      const { botUserId, botId } = world.store.identity;
      world.store.post({
        channel: place.id,
        user: botUserId,
        bot_id: botId,
        text: args.optional('initial_comment') ?? '',
        files,
        ...(thread !== undefined && { thread_ts: thread }),
      });
    }
    return { files };
  },
};

export const files: Methods = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': complete,
};
