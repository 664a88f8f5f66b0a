// Describes what Slack code needs from outside: painted messages, a rate limiter, and counters.
import type { Deployment } from '../record/deployment.ts';
import type { DeploymentEvent } from '../record/events.ts';

/** A message in a deployment's thread, as it was last posted or updated (painted). */
export interface PaintedMessage {
  channel: string;
  /** Slack's id of the message; undefined while the answer to the post is outstanding. */
  ts?: string | undefined;
  /** Hash of the content that was painted last. */
  hash: string;
  /** When the message was last painted, Unix milliseconds. */
  at: number;
  /** The news (urgent content) in the last paint. If it changes, the message is updated at once. */
  news?: string | undefined;
}

/** Stores painted messages by deployment and message key (`summary`, `checklist`, `approval`, `alert-1`). */
export interface PaintedMessages {
  read(deployment: string): Promise<Record<string, PaintedMessage>>;
  save(deployment: string, key: string, message: PaintedMessage): Promise<void>;
  /** Returns how many events of the journal the thread shows. `Deployment.version` counts all of them. */
  paintedVersion(deployment: string): Promise<number>;
  savePaintedVersion(deployment: string, version: number): Promise<void>;
}

export type Turn = { kind: 'go' } | { kind: 'wait'; ms: number };

/** A limit: a steady rate with bursts, or a number of calls in any sixty seconds. */
export type Rate = { perMinute: number; burst: number } | { inAnyMinute: number };

/** Limits the rate of calls, over all processes together. */
export interface Limiter {
  /** Permits a call, or returns how long to wait. `reserved`: calls per minute that are kept for more urgent ones. */
  take(key: string, rate: Rate, reserved?: number): Promise<Turn>;
  /** Stops calls of `key` in all processes for a time, because Slack answered with Retry-After. */
  pause(key: string, ms: number): Promise<void>;
}

/** How a call ended: with an answer, at a rate limit, with an error from Slack, or without an answer. */
export type CallOutcome = 'answered' | 'limited' | 'failed' | 'unanswered';

/** Counters of this process. */
export interface Measures {
  /** Counts events that this process wrote. */
  written(deployment: Deployment, events: readonly DeploymentEvent[]): void;
  slackCall(method: string, outcome: CallOutcome): void;
  /** Counts a socket to Slack that was reopened. */
  reconnected(): void;
}

export const nothingMeasured: Measures = {
  written: () => {},
  slackCall: () => {},
  reconnected: () => {},
};
