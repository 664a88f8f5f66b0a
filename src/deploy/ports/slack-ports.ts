// Describes what Slack code needs from outside: painted messages, a rate limiter, and counters.
import type { Deployment } from '../record/deployment.ts';
import type { DeploymentEvent } from '../record/events.ts';

/** A message in a deployment's thread, as it was painted last. */
export interface PaintedMessage {
  channel: string;
  /** Slack's id of the message; undefined while the answer to the post is outstanding. */
  ts?: string | undefined;
  /** Hash of the last painted content. */
  hash: string;
  /** Unix milliseconds of the last paint. */
  at: number;
  /** Key of the last painted news that people wait for. */
  news?: string | undefined;
}

/** By deployment and message key (`summary`, `checklist`, `approval`, `alert-1`). */
export interface PaintedMessages {
  read(deployment: string): Promise<Record<string, PaintedMessage>>;
  save(deployment: string, key: string, message: PaintedMessage): Promise<void>;
  /** The journal version up to which the thread is painted. */
  paintedVersion(deployment: string): Promise<number>;
  savePaintedVersion(deployment: string, version: number): Promise<void>;
}

export type Turn = { kind: 'go' } | { kind: 'wait'; ms: number };

/** A steady rate with bursts, or a number of calls in any sixty seconds. */
export type Rate = { perMinute: number; burst: number } | { inAnyMinute: number };

/** Slack's rate tiers, kept across processes. */
export interface Limiter {
  /** Permission to call `key`, or milliseconds to wait. `reserved`: calls per minute that are kept for others. */
  take(key: string, rate: Rate, reserved?: number): Promise<Turn>;
  /** Slack answered Retry-After: no process calls `key` for this time. */
  pause(key: string, ms: number): Promise<void>;
}

/** With an answer, by a rate limit, with an error of Slack's, or without an answer. */
export type CallOutcome = 'answered' | 'limited' | 'failed' | 'unanswered';

/** Counters of this process. */
export interface Measures {
  /** This process wrote these events. */
  written(deployment: Deployment, events: readonly DeploymentEvent[]): void;
  slackCall(method: string, outcome: CallOutcome): void;
  /** A socket to Slack was reopened. */
  reconnected(): void;
}

export const nothingMeasured: Measures = {
  written: () => {},
  slackCall: () => {},
  reconnected: () => {},
};
