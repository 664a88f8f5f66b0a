// Decides how one message of a thread reaches Slack: posted, found after a lost answer, updated or left as it is.
import { createHash } from 'node:crypto';
import type { PaintedMessage } from '../../deploy/ports/slack-ports.ts';
import { isDryRun } from '../../deploy/record/requests.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { EVENT_TYPE, findPost } from './find-post.ts';
import { isNews, updateIntervalMs, reservedForNews } from '../api/update-interval.ts';
import { isInvalidMessage } from '../api/errors.ts';
import {
  GAVE_UP,
  giveUp,
  type PaintResult,
  save,
  postSearch,
  type ThreadContext,
} from './thread-context.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

export async function paintMessage(
  thread: ThreadContext,
  view: PaintedView,
  threadTs: string | undefined,
): Promise<PaintResult> {
  const hash = hashOf(view);
  const { channel } = thread.deployment.request.origin;
  let saved = thread.messages[view.key];
  if (saved && saved.ts === undefined && saved.hash !== GAVE_UP) {
    const found = await findPost(thread, postSearch(thread, saved, threadTs), view.key);
    if (found.kind === 'later') return { ...found, all: true };
    if (found.kind === 'refused') return lost(thread, view.key, found.error);
    if (found.value === undefined) saved = undefined;
    else saved = await save(thread, view.key, { ...saved, channel, ts: found.value });
  }
  if (saved === undefined) return post(thread, view, hash, threadTs);
  if (saved.hash === hash || saved.hash === GAVE_UP || saved.ts === undefined)
    return { kind: 'painted' };
  const rest = saved.at + updateIntervalMs(view, saved, thread.active) - thread.now();
  if (rest > 0) return { kind: 'later', ms: rest, all: false };
  return update(thread, view, hash, { ...saved, ts: saved.ts }, threadTs);
}

async function post(
  thread: ThreadContext,
  view: PaintedView,
  hash: string,
  threadTs: string | undefined,
): Promise<PaintResult> {
  const { client, rateLimited, painted, now, deployment } = thread;
  const { channel } = deployment.request.origin;
  const sent = await rateLimited({
    method: 'chat.postMessage',
    scope: channel,
    deployment: deployment.id,
    // If Slack's answer is lost, the next try finds this entry and searches for the message before posting.
    before: () =>
      painted.save(deployment.id, view.key, { channel, hash, at: now(), news: view.news }),
    send: () => {
      const message = {
        channel,
        text: view.text,
        blocks: view.blocks,
        unfurl_links: false,
        unfurl_media: false,
        metadata: {
          event_type: EVENT_TYPE,
          event_payload: { deployment: deployment.id, key: view.key, ...claimedPlace(deployment) },
        },
      };
      if (threadTs === undefined) return client.chat.postMessage(message);
      // In web-api's types only a broadcast reply has `reply_broadcast`.
      return view.broadcast
        ? client.chat.postMessage({ ...message, thread_ts: threadTs, reply_broadcast: true })
        : client.chat.postMessage({ ...message, thread_ts: threadTs });
    },
  });
  if (sent.kind === 'later') return { ...sent, all: true };
  if (sent.kind === 'refused') return refused(thread, view, sent.error);
  await save(thread, view.key, { channel, ts: sent.value.ts, hash, at: now(), news: view.news });
  return { kind: 'painted' };
}

async function update(
  thread: ThreadContext,
  view: PaintedView,
  hash: string,
  saved: PaintedMessage & { ts: string },
  threadTs: string | undefined,
): Promise<PaintResult> {
  const { client, rateLimited, now, deployment } = thread;
  const { channel, ts } = saved;
  const news = isNews(view, saved);
  const sent = await rateLimited({
    method: 'chat.update',
    scope: deployment.request.origin.team,
    deployment: deployment.id,
    reserved: news ? 0 : reservedForNews(thread.active),
    send: () => client.chat.update({ channel, ts, text: view.text, blocks: view.blocks }),
  });
  if (sent.kind === 'later') return { ...sent, all: news };
  if (sent.kind === 'sent') {
    await save(thread, view.key, { channel, ts, hash, at: now(), news: view.news });
    return { kind: 'painted' };
  }
  if (sent.error !== 'message_not_found') return refused(thread, view, sent.error);
  return repost(thread, view, threadTs);
}

/** Posts a deleted message again, but only once: if it is deleted again, argo-bot stops posting it. */
export async function repost(
  thread: ThreadContext,
  view: PaintedView,
  threadTs: string | undefined,
): Promise<PaintResult> {
  const again = `${view.key}.again`;
  const { channel } = thread.deployment.request.origin;
  if (thread.messages[again]) return giveUp(thread, view.key, 'message_not_found');
  const result = await post(thread, view, hashOf(view), threadTs);
  if (result.kind === 'painted') {
    await save(thread, again, { channel, hash: GAVE_UP, at: thread.now() });
  }
  return result;
}

function refused(
  thread: ThreadContext,
  view: PaintedView,
  error: string,
): PaintResult | Promise<PaintResult> {
  return isInvalidMessage(error) ? { kind: 'unreadable', error } : lost(thread, view.key, error);
}

/** Gives up on the message, except if the thread's first message was deleted (`thread_not_found`). */
function lost(
  thread: ThreadContext,
  key: string,
  error: string,
): PaintResult | Promise<PaintResult> {
  return error === 'thread_not_found' ? { kind: 'rootless' } : giveUp(thread, key, error);
}

function hashOf({ text, blocks }: PaintedView): string {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('hex')
    .slice(0, 32);
}

/** Metadata for lost-records.ts: the environment to lock. Empty for dry runs, which have no claim. */
function claimedPlace({ request }: Pick<Deployment, 'request'>): {
  service?: string;
  environment?: string;
} {
  const { service, environment } = request;
  return isDryRun(request) ? {} : { service, environment };
}
