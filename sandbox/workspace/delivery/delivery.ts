import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Json } from '../model.ts';

export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive';

export interface Envelope {
  id: string;
  type: EnvelopeType;
  payload: Json;
  retry?: { attempt: number; reason: string };
}

export type Reply = { ok: true; payload: unknown } | { ok: false; error: string };

/** Slack gives an app three seconds to acknowledge. */
export const ACK_MS = 3000;

/** One way of getting envelopes to the app. */
export interface Delivery {
  send(envelope: Envelope): Promise<Reply>;
  /** Socket Mode only: a fresh single-use address. */
  ticket?(): string;
  /** Socket Mode only: takes over an upgrade request. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections(): number;
  drop(): void;
  disconnect(reason: string): void;
  close(): Promise<void>;
}
