// Stores the state of each message in Slack: what Slack shows, or that argo-bot gave up on it.
import type { PaintedMessage, PaintedMessages } from '../../deploy/ports/slack-ports.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Search, SearchTools } from './find-post.ts';

/** Stored in place of a message's hash when argo-bot gave up on the message. */
export const GAVE_UP = 'gave-up';

export type PaintResult =
  | { kind: 'painted' }
  /** The message was not sent; try again after `ms`. `all`: no other message can be sent now either. */
  | { kind: 'later'; ms: number; all: boolean }
  /** The first message of the thread was deleted. */
  | { kind: 'rootless' }
  /** The workspace refuses these blocks. */
  | { kind: 'unreadable'; error: string };

export interface ThreadContext extends SearchTools {
  painted: PaintedMessages;
  log: Log;
  now: () => number;
  /** Deployments that were active within the last minute, including this one. They share Slack's rate limit. */
  active: number;
  deployment: Deployment;
  /** What Slack shows, by key of the message. `save` updates it. */
  messages: Record<string, PaintedMessage>;
}

/** Returns where to search for a message or file whose post got no answer. */
export function postSearch(
  { deployment }: ThreadContext,
  saved: PaintedMessage,
  threadTs: string | undefined,
): Search {
  const { channel, team } = deployment.request.origin;
  const postedAfter = Math.max(saved.at, deployment.createdAt);
  return { deployment: deployment.id, channel, team, threadTs, postedAfter };
}

/** Never sends this message again, because Slack refuses it, such as in an archived channel. */
export function giveUp(thread: ThreadContext, key: string, error: string): Promise<PaintResult> {
  const { id, request } = thread.deployment;
  const { channel } = request.origin;
  thread.log.warn(
    { deployment: id, key, channel, error },
    'Slack refuses a message, so the thread lacks it; the deployment continues. Check `error` and the channel',
  );
  return save(thread, key, { ts: thread.messages[key]?.ts, hash: GAVE_UP });
}

/** Stores what Slack shows now. `at`: Unix milliseconds of the last post or update (default: now). */
export async function save(
  thread: ThreadContext,
  key: string,
  painted: Omit<PaintedMessage, 'channel' | 'at'> & { at?: number },
): Promise<PaintResult> {
  const { channel } = thread.deployment.request.origin;
  const message = { at: thread.now(), ...painted, channel };
  await thread.painted.save(thread.deployment.id, key, message);
  thread.messages[key] = message;
  return { kind: 'painted' };
}
