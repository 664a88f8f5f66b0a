// Decides how one message of a thread reaches Slack: posted, found again, updated or left.
import { createHash } from 'node:crypto';
import type { PaintedMessage } from '../../deploy/ports/painted-messages.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { EVENT_TYPE, findPost } from './find-post.ts';
import { isNews, paceOf, reserveFor } from '../api/pace.ts';
import { isUnreadable } from '../api/errors.ts';
import {
  GAVE_UP,
  giveUp,
  type PaintResult,
  save,
  soughtIn,
  type ThreadContext,
} from './thread-context.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/** Brings one message to what it should be: posts it, finds it again, updates it, or leaves it. */
export async function paintMessage(
  easel: ThreadContext,
  view: PaintedView,
  thread: string | undefined,
): Promise<PaintResult> {
  const hash = hashOf(view);
  const { channel } = easel.deployment.request.origin;
  let saved = easel.messages[view.key];
  if (saved && saved.ts === undefined && saved.hash !== GAVE_UP) {
    const found = await findPost(easel, soughtIn(easel, saved, thread), view.key);
    if (found.kind === 'later') return { ...found, all: true };
    if (found.kind === 'refused') return lost(easel, view.key, found.error);
    if (found.value === undefined) saved = undefined;
    else saved = await save(easel, view.key, { ...saved, channel, ts: found.value });
  }
  if (saved === undefined) return post(easel, view, hash, thread);
  if (saved.hash === hash || saved.hash === GAVE_UP || saved.ts === undefined)
    return { kind: 'painted' };
  const rest = saved.at + paceOf(view, saved, easel.active) - easel.now();
  if (rest > 0) return { kind: 'later', ms: rest, all: false };
  return update(easel, view, hash, { ...saved, ts: saved.ts }, thread);
}

async function post(
  easel: ThreadContext,
  view: PaintedView,
  hash: string,
  thread: string | undefined,
): Promise<PaintResult> {
  const { client, caller, painted, now, deployment } = easel;
  const { channel } = deployment.request.origin;
  const sent = await caller.call({
    method: 'chat.postMessage',
    scope: channel,
    deployment: deployment.id,
    // If the answer is lost, this is what sends the next painter to look before posting again.
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
          event_payload: { deployment: deployment.id, key: view.key, ...claimed(deployment) },
        },
      };
      if (thread === undefined) return client.chat.postMessage(message);
      // Two shapes in the types: only a broadcast reply may say that it is one.
      return view.broadcast
        ? client.chat.postMessage({ ...message, thread_ts: thread, reply_broadcast: true })
        : client.chat.postMessage({ ...message, thread_ts: thread });
    },
  });
  if (sent.kind === 'later') return { ...sent, all: true };
  if (sent.kind === 'refused') return refused(easel, view, sent.error);
  await save(easel, view.key, { channel, ts: sent.value.ts, hash, at: now(), news: view.news });
  return { kind: 'painted' };
}

async function update(
  easel: ThreadContext,
  view: PaintedView,
  hash: string,
  saved: PaintedMessage & { ts: string },
  thread: string | undefined,
): Promise<PaintResult> {
  const { client, caller, now, deployment } = easel;
  const { channel, ts } = saved;
  const news = isNews(view, saved);
  const sent = await caller.call({
    method: 'chat.update',
    scope: deployment.request.origin.team,
    deployment: deployment.id,
    reserved: news ? 0 : reserveFor(easel.active),
    send: () => client.chat.update({ channel, ts, text: view.text, blocks: view.blocks }),
  });
  if (sent.kind === 'later') return { ...sent, all: news };
  if (sent.kind === 'sent') {
    await save(easel, view.key, { channel, ts, hash, at: now(), news: view.news });
    return { kind: 'painted' };
  }
  if (sent.error !== 'message_not_found') return refused(easel, view, sent.error);
  return postAgain(easel, view, thread);
}

/** Someone deleted it. The truth is posted once more, but never fought over. */
export async function postAgain(
  easel: ThreadContext,
  view: PaintedView,
  thread: string | undefined,
): Promise<PaintResult> {
  const again = `${view.key}.again`;
  const { channel } = easel.deployment.request.origin;
  if (easel.messages[again]) return giveUp(easel, view.key, 'message_not_found');
  const stroke = await post(easel, view, hashOf(view), thread);
  if (stroke.kind === 'painted') {
    await save(easel, again, { channel, hash: GAVE_UP, at: easel.now() });
  }
  return stroke;
}

function refused(
  easel: ThreadContext,
  view: PaintedView,
  error: string,
): PaintResult | Promise<PaintResult> {
  return isUnreadable(error) ? { kind: 'unreadable', error } : lost(easel, view.key, error);
}

/** To post below a message that is gone and to look below it are refused with the same word. */
function lost(
  easel: ThreadContext,
  key: string,
  error: string,
): PaintResult | Promise<PaintResult> {
  return error === 'thread_not_found' ? { kind: 'rootless' } : giveUp(easel, key, error);
}

function hashOf({ text, blocks }: PaintedView): string {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('hex')
    .slice(0, 32);
}

/** What it holds the claim of, so that the place is known where its record is lost. */
function claimed({ request }: Pick<Deployment, 'request'>): {
  service?: string;
  environment?: string;
} {
  const { service, environment, dryRun } = request;
  return dryRun ? {} : { service, environment };
}
