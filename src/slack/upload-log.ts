import type { StageState } from '../deploy/deployment.ts';
import type { Redactor } from '../deploy/redact.ts';
import { findFile } from './find-post.ts';
import { giveUp, save, type Easel, type Stroke } from './paint-message.ts';
import type { Sent } from './sending.ts';

const MAX_BYTES = 1_000_000;
const TIMEOUT_MS = 10_000;

/** Puts the full log of a failed stage into the thread, once. */
export async function uploadLog(
  easel: Easel,
  stage: StageState,
  redactor: Redactor,
  thread: string,
): Promise<Stroke> {
  const log = stage.failure?.log;
  const key = `log-${stage.name}`;
  const saved = easel.messages[key];
  if (!log || saved?.ts !== undefined || saved?.hash) return { kind: 'painted' };
  const { id, request } = easel.deployment;
  const { channel, team } = request.origin;
  const name = `${id}-${stage.name}.log`;
  if (saved) {
    const found = await findFile(
      easel,
      { deployment: id, channel, team, thread, begun: saved.at },
      name,
    );
    if (found.kind === 'refused') return giveUp(easel, key, found.error);
    if (found.kind === 'later') return { ...found, all: true };
    if (found.value !== undefined) return done(easel, key, found.value);
  }
  const title = `Log of “${stage.title}”`;
  const sent = await upload(easel, {
    key,
    name,
    title,
    thread,
    content: bytesOf(redactor.clean(log)),
  });
  if (sent.kind === 'later') return { ...sent, all: false };
  return sent.kind === 'refused' ? giveUp(easel, key, sent.error) : done(easel, key, sent.value);
}

async function done(easel: Easel, key: string, file: string): Promise<Stroke> {
  const { channel } = easel.deployment.request.origin;
  await save(easel, key, { channel, ts: file, hash: 'uploaded', at: easel.now() });
  return { kind: 'painted' };
}

interface Upload {
  key: string;
  name: string;
  title: string;
  thread: string;
  content: Buffer<ArrayBuffer>;
}

async function upload(
  easel: Easel,
  { key, name, title, thread, content }: Upload,
): Promise<Sent<string>> {
  const { client, caller, deployment, painted, now } = easel;
  const { channel, team } = deployment.request.origin;
  const place = await caller.call({
    method: 'files.getUploadURLExternal',
    scope: team,
    deployment: deployment.id,
    send: () => client.files.getUploadURLExternal({ filename: name, length: content.length }),
  });
  if (place.kind !== 'sent') return place;
  const { upload_url: url, file_id: file } = place.value;
  if (!url || !file) return { kind: 'refused', error: 'no_upload_url' };
  if (!(await put(url, content))) return { kind: 'later', ms: 5_000 };
  const shared = await caller.call({
    method: 'files.completeUploadExternal',
    scope: team,
    deployment: deployment.id,
    // Only this call shows the file to anyone, so only this one must not be repeated blindly.
    before: () => painted.save(deployment.id, key, { channel, hash: '', at: now() }),
    send: () =>
      client.files.completeUploadExternal({
        files: [{ id: file, title }],
        channel_id: channel,
        thread_ts: thread,
      }),
  });
  return shared.kind === 'sent' ? { kind: 'sent', value: file } : shared;
}

async function put(url: string, content: Buffer<ArrayBuffer>): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: content,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** The end of a log is what tells. */
function bytesOf(text: string): Buffer<ArrayBuffer> {
  const all = Buffer.from(text);
  return all.length <= MAX_BYTES ? all : all.subarray(all.length - MAX_BYTES);
}
