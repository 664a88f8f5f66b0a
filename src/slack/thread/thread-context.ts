// Decides what argo-bot remembers of a thread: what Slack shows of each message, or that it gave up.
import type { PaintedMessage, PaintedMessages } from '../../deploy/ports/slack-ports.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import type { RateLimitedClient } from '../api/rate-limited-client.ts';

/** The stored hash of a message that argo-bot gave up on. */
export const GAVE_UP = 'gave-up';

export type PaintResult =
  | { kind: 'painted' }
  /** `all`: no other message can be painted now either. */
  | { kind: 'later'; ms: number; all: boolean }
  /** The first message of the thread was deleted. */
  | { kind: 'rootless' }
  /** The workspace refuses these blocks. */
  | { kind: 'unreadable'; error: string };

export interface ThreadContext {
  client: SlackClient;
  rateLimited: RateLimitedClient;
  painted: PaintedMessages;
  log: Log;
  now: () => number;
  /** How many deployments are active, this one included: they share Slack's rate limit. */
  active: number;
  deployment: Pick<Deployment, 'id' | 'request' | 'createdAt'>;
  /** The messages in Slack, by key; updated while painting. */
  messages: Record<string, PaintedMessage>;
}

/** Where to search for a message whose post got no answer. */
export function postSearch(
  { deployment }: ThreadContext,
  saved: PaintedMessage,
  threadTs: string | undefined,
) {
  const { channel, team } = deployment.request.origin;
  const postedAfter = Math.max(saved.at, deployment.createdAt);
  return { deployment: deployment.id, channel, team, threadTs, postedAfter };
}

/** For an archived channel, a removed bot or a message deleted twice: logs once; the deployment continues. */
export async function giveUp(
  thread: ThreadContext,
  key: string,
  error: string,
): Promise<PaintResult> {
  const { channel } = thread.deployment.request.origin;
  const { id } = thread.deployment;
  thread.log.warn(
    { deployment: id, key, channel, error },
    'Slack refuses a message; argo-bot gives up on it',
  );
  const before = thread.messages[key];
  await save(thread, key, { channel, ts: before?.ts, hash: GAVE_UP, at: thread.now() });
  return { kind: 'painted' };
}

export async function save(
  thread: ThreadContext,
  key: string,
  message: PaintedMessage,
): Promise<PaintedMessage> {
  await thread.painted.save(thread.deployment.id, key, message);
  thread.messages[key] = message;
  return message;
}
