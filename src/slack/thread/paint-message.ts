// Decides how one message of a thread reaches Slack: posted, found after a lost answer, updated or left as it is.
import { createHash } from 'node:crypto';
import type { PaintedMessage } from '../../deploy/ports/slack-ports.ts';
import { isDryRun } from '../../deploy/record/requests.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Place } from '../../deploy/history/records.ts';
import { EVENT_TYPE, findPost } from './find-post.ts';
import {
  isNews,
  updateIntervalMs,
  reservedUpdates,
  type UpdateKind,
} from '../api/update-interval.ts';
import { isInvalidMessage, isOutside } from '../api/errors.ts';
import {
  GAVE_UP,
  giveUp,
  type PaintResult,
  save,
  postSearch,
  type ThreadContext,
} from './thread-context.ts';
import type { PaintedView } from '../views/parts/painted-view.ts';

/** How soon a message is sent again to a channel to which nobody has invited the bot yet. */
const UNINVITED_MS = 60_000;

export async function paintMessage(thread: ThreadContext, view: PaintedView): Promise<PaintResult> {
  let saved = thread.messages[view.key];
  if (saved && saved.ts === undefined && saved.hash !== GAVE_UP) {
    const found = await findPost(thread, postSearch(thread, saved, rootOf(thread, view)), view.key);
    if (found.kind === 'later') return { ...found, all: true };
    if (found.kind === 'refused') return refused(thread, view, found.error);
    if (found.value !== undefined) await save(thread, view.key, { ...saved, ts: found.value });
    saved = found.value === undefined ? undefined : thread.messages[view.key];
  }
  if (saved === undefined) return post(thread, view);
  if (saved.hash === hashOf(view) || saved.hash === GAVE_UP || saved.ts === undefined)
    return { kind: 'painted' };
  const running = isNews(view, saved) ? 'news' : 'progress';
  const kind = thread.deployment.finished ? 'end' : running;
  const rest = saved.at + updateIntervalMs(view, kind, thread.active) - thread.now();
  if (rest > 0) return { kind: 'later', ms: rest, all: false };
  return update(thread, view, kind, { ...saved, ts: saved.ts });
}

/** Returns the ts of the thread in which the message belongs; undefined for a message of the channel itself. */
function rootOf({ messages }: ThreadContext, { where }: PaintedView): string | undefined {
  return where === 'thread' ? messages['summary']?.ts : undefined;
}

async function post(thread: ThreadContext, view: PaintedView): Promise<PaintResult> {
  const hash = hashOf(view);
  const threadTs = rootOf(thread, view);
  const { client, rateLimited, painted, now, deployment } = thread;
  const { channel } = deployment.request.origin;
  const sent = await rateLimited({
    method: 'chat.postMessage',
    scope: channel,
    deployment: deployment.id,
    // If Slack's answer is lost, this entry without ts makes the next try search for the message before it posts.
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
  return save(thread, view.key, { ts: sent.value.ts, hash, news: view.news });
}

async function update(
  thread: ThreadContext,
  view: PaintedView,
  kind: UpdateKind,
  saved: PaintedMessage & { ts: string },
): Promise<PaintResult> {
  const { client, rateLimited, deployment } = thread;
  const { channel, ts } = saved;
  const sent = await rateLimited({
    method: 'chat.update',
    scope: deployment.request.origin.team,
    deployment: deployment.id,
    reserved: reservedUpdates(kind, thread.active),
    send: () => client.chat.update({ channel, ts, text: view.text, blocks: view.blocks }),
  });
  if (sent.kind === 'later') return { ...sent, all: kind !== 'progress' };
  if (sent.kind === 'sent')
    return save(thread, view.key, { ts, hash: hashOf(view), news: view.news });
  if (sent.error !== 'message_not_found') return refused(thread, view, sent.error);
  return repost(thread, view);
}

/** Posts a message again that somebody deleted. After a second deletion, gives up on it. */
export async function repost(thread: ThreadContext, view: PaintedView): Promise<PaintResult> {
  const again = `${view.key}.again`;
  if (thread.messages[again]) return giveUp(thread, view.key, 'message_not_found');
  const result = await post(thread, view);
  return result.kind === 'painted' ? save(thread, again, { hash: GAVE_UP }) : result;
}

/** Lets the caller send other blocks, or post the deleted root of the thread again. Else gives up on the message. */
async function refused(
  thread: ThreadContext,
  { key }: PaintedView,
  error: string,
): Promise<PaintResult> {
  if (isInvalidMessage(error)) return { kind: 'unreadable', error };
  const { deployment, messages, log } = thread;
  if (isOutside(error) && !deployment.finished) {
    const { channel } = deployment.request.origin;
    if (!messages[key])
      log.warn(
        { deployment: deployment.id, key, channel, error },
        'the bot is not in the channel, so nobody sees the thread of a deployment: invite it there; argo-bot tries every minute',
      );
    return { kind: 'later', ms: UNINVITED_MS, all: true };
  }
  return error === 'thread_not_found' ? { kind: 'rootless' } : giveUp(thread, key, error);
}

function hashOf({ text, blocks }: PaintedView): string {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('hex')
    .slice(0, 32);
}

/** If Redis loses its data, lost-records.ts locks the environment that a message names. A dry run needs no lock. */
function claimedPlace({ request }: Pick<Deployment, 'request'>): Partial<Place> {
  const { service, environment } = request;
  return isDryRun(request) ? {} : { service, environment };
}
