// Uploads a file into a thread, unless Slack already has it.
import { findFile } from './find-post.ts';
import {
  giveUp,
  save,
  postSearch,
  type ThreadContext,
  type PaintResult,
} from './thread-context.ts';
import type { CallResult } from '../api/rate-limited.ts';

const UPLOADED = 'uploaded';
const TIMEOUT_MS = 10_000;

export interface ThreadFile {
  /** The upload is stored under `key` among the deployment's messages. Example: `log-health`. */
  key: string;
  /** Must contain the deployment's id, because `findFile` searches by name. */
  name: string;
  title: string;
  alt?: string;
  /** Called only if the file must be uploaded. */
  make: () => Buffer<ArrayBuffer> | Promise<Buffer<ArrayBuffer>>;
}

export async function uploadFile(
  thread: ThreadContext,
  threadTs: string,
  file: ThreadFile,
): Promise<PaintResult> {
  const { key, name } = file;
  const saved = thread.messages[key];
  if (saved?.ts !== undefined || saved?.hash) return { kind: 'painted' };
  if (saved) {
    const found = await findFile(thread, postSearch(thread, saved, threadTs), name);
    if (found.kind === 'refused') return giveUp(thread, key, found.error);
    if (found.kind === 'later') return { ...found, all: true };
    if (found.value !== undefined) return save(thread, key, { ts: found.value, hash: UPLOADED });
  }
  const sent = await upload(thread, file, threadTs);
  if (sent.kind === 'later') return { ...sent, all: false };
  return sent.kind === 'refused'
    ? giveUp(thread, key, sent.error)
    : save(thread, key, { ts: sent.value, hash: UPLOADED });
}

async function upload(
  thread: ThreadContext,
  { key, name, title, alt, make }: ThreadFile,
  threadTs: string,
): Promise<CallResult<string>> {
  const content = await make();
  const { client, rateLimited, deployment, painted, now } = thread;
  const { channel, team } = deployment.request.origin;
  const place = await rateLimited({
    method: 'files.getUploadURLExternal',
    scope: team,
    deployment: deployment.id,
    send: () =>
      client.files.getUploadURLExternal({
        filename: name,
        length: content.length,
        ...(alt === undefined ? {} : { alt_text: alt }),
      }),
  });
  if (place.kind !== 'sent') return place;
  const { upload_url: url, file_id: file } = place.value;
  if (!url || !file) return { kind: 'refused', error: 'no_upload_url' };
  if (!(await uploadBytes(url, content))) return { kind: 'later', ms: 5_000 };
  const shared = await rateLimited({
    method: 'files.completeUploadExternal',
    scope: team,
    deployment: deployment.id,
    // If the answer to the next call is lost, this entry makes the next try search for the file before it uploads.
    before: () => painted.save(deployment.id, key, { channel, hash: '', at: now() }),
    send: () =>
      client.files.completeUploadExternal({
        files: [{ id: file, title }],
        channel_id: channel,
        thread_ts: threadTs,
      }),
  });
  return shared.kind === 'sent' ? { kind: 'sent', value: file } : shared;
}

async function uploadBytes(url: string, content: Buffer<ArrayBuffer>): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', body: content, signal });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
