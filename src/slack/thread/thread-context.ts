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
  caller: RateLimitedClient;
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
export function soughtIn(
  { deployment }: ThreadContext,
  saved: PaintedMessage,
  thread: string | undefined,
) {
  const { channel, team } = deployment.request.origin;
  const begun = Math.max(saved.at, deployment.createdAt);
  return { deployment: deployment.id, channel, team, thread, begun };
}

/** Archived, kicked out, deleted twice: said once in the log, and the deployment goes on. */
export async function giveUp(
  easel: ThreadContext,
  key: string,
  error: string,
): Promise<PaintResult> {
  const { channel } = easel.deployment.request.origin;
  const { id } = easel.deployment;
  easel.log.warn(
    { deployment: id, key, channel, error },
    'Slack does not take this message; giving up on it',
  );
  const before = easel.messages[key];
  await save(easel, key, { channel, ts: before?.ts, hash: GAVE_UP, at: easel.now() });
  return { kind: 'painted' };
}

export async function save(
  easel: ThreadContext,
  key: string,
  message: PaintedMessage,
): Promise<PaintedMessage> {
  await easel.painted.save(easel.deployment.id, key, message);
  easel.messages[key] = message;
  return message;
}
