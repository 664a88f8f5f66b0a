/** What the announcer remembers of one message in a deployment's thread. */
export interface PaintedMessage {
  channel: string;
  /** Slack's id of the message; undefined while a post has been begun and its answer is not known. */
  ts?: string | undefined;
  /** Hash of what was painted last. */
  hash: string;
  /** Unix milliseconds of the last paint. */
  at: number;
  /** What people waited for in what was painted last. */
  news?: string | undefined;
}

/** Where messages stand, by deployment and message key (`summary`, `checklist`, `approval`, `alert-1`). */
export interface PaintedMessages {
  read(deployment: string): Promise<Record<string, PaintedMessage>>;
  save(deployment: string, key: string, message: PaintedMessage): Promise<void>;
  /** The journal version that has been painted; deployments painted up to it need nothing. */
  paintedVersion(deployment: string): Promise<number>;
  savePaintedVersion(deployment: string, version: number): Promise<void>;
}

export type Turn = { kind: 'go' } | { kind: 'wait'; ms: number };

/** A steady pace with bursts, or so many calls in any sixty seconds, however they are spread. */
export type Rate = { perMinute: number; burst: number } | { inAnyMinute: number };

/** Slack's rate tiers, kept across processes. */
export interface Limiter {
  /** A turn to call `key`. `reserved`: of those in a minute, so many are left to others. */
  take(key: string, rate: Rate, reserved?: number): Promise<Turn>;
  /** Slack said Retry-After: nobody calls `key` before. */
  pause(key: string, ms: number): Promise<void>;
}
