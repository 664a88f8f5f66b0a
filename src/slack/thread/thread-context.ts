// Does the remembering of a thread: what Slack shows of each message, and which messages were given up.
import type { PaintedMessage, PaintedMessages } from '../../deploy/ports/painted-messages.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import type { RateLimitedClient } from '../api/rate-limited-client.ts';

/** Stands for a hash where a message cannot be painted and never will be. */
export const GAVE_UP = 'gave-up';

export type PaintResult =
  | { kind: 'painted' }
  /** `all`: nothing else can be painted either, for now. */
  | { kind: 'later'; ms: number; all: boolean }
  /** The message that the thread hangs on was deleted. */
  | { kind: 'rootless' }
  /** This workspace does not take these blocks. */
  | { kind: 'unreadable'; error: string };

export interface ThreadContext {
  client: SlackClient;
  rateLimited: RateLimitedClient;
  painted: PaintedMessages;
  log: Log;
  now: () => number;
  /** How many deployments are going on, this one included: they share what Slack takes in a minute. */
  active: number;
  deployment: Pick<Deployment, 'id' | 'request' | 'createdAt'>;
  /** What Slack shows, by key; kept up to date while painting. */
  messages: Record<string, PaintedMessage>;
}

/** No post of a deployment is older than the deployment, whatever was remembered of it. */
export function postSearch(
  { deployment }: ThreadContext,
  saved: PaintedMessage,
  threadTs: string | undefined,
) {
  const { channel, team } = deployment.request.origin;
  const postedAfter = Math.max(saved.at, deployment.createdAt);
  return { deployment: deployment.id, channel, team, threadTs, postedAfter };
}

/** Archived, kicked out, deleted twice: said once in the log, and the deployment goes on. */
export async function giveUp(
  thread: ThreadContext,
  key: string,
  error: string,
): Promise<PaintResult> {
  const { channel } = thread.deployment.request.origin;
  const { id } = thread.deployment;
  thread.log.warn(
    { deployment: id, key, channel, error },
    'Slack does not take this message; giving up on it',
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
