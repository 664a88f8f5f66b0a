import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { secret } from '../ids.ts';
import { isRecord } from '../model.ts';
import { ACK_MS } from './delivery.ts';
import type { Delivery, Envelope, Reply } from './delivery.ts';

const MAX_CONNECTIONS = 10;
const PING_MS = 10_000;
const CLOSE_MS = 1000;

interface Hooks {
  clock: Clock;
  appId: string;
  /** ws://host:port, known once the server listens. */
  address: () => string;
  refusing: () => boolean;
  changed: () => void;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}

/** Socket Mode: tickets, hello, envelopes each to one connection, acks by envelope id. */
export class SocketDelivery implements Delivery {
  private readonly hooks: Hooks;
  private readonly server = new WebSocketServer({ noServer: true, clientTracking: false });
  private readonly tickets = new Set<string>();
  private readonly sockets = new Set<WebSocket>();
  private readonly waiting = new Map<string, (payload: unknown) => void>();
  private turn = 0;

  constructor(hooks: Hooks) {
    this.hooks = hooks;
  }

  ticket(): string {
    const ticket = secret();
    this.tickets.add(ticket);
    return `${this.hooks.address()}/link/?ticket=${ticket}&app_id=${this.hooks.appId}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://sandbox');
    const ticket = searchParams.get('ticket') ?? '';
    if (pathname !== '/link/' || !this.tickets.delete(ticket) || this.hooks.refusing()) {
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (opened) => this.open(opened));
  }

  private open(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    if (this.sockets.size >= MAX_CONNECTIONS) {
      this.dismiss(socket, 'too_many_websockets');
      return;
    }
    this.sockets.add(socket);
    const pings = setInterval(() => socket.ping(), PING_MS).unref();
    socket.on('message', (data) => this.hear(textOf(data)));
    socket.on('close', () => {
      clearInterval(pings);
      this.sockets.delete(socket);
      this.hooks.changed();
    });
    const info = { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 };
    const hello = {
      type: 'hello',
      num_connections: this.sockets.size,
      debug_info: info,
      connection_info: { app_id: this.hooks.appId },
    };
    socket.send(JSON.stringify(hello));
    this.hooks.changed();
  }

  private hear(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (!isRecord(message) || typeof message.envelope_id !== 'string') return;
    this.waiting.get(message.envelope_id)?.(message.payload);
  }

  send({ id, type, payload, retry }: Envelope): Promise<Reply> {
    const open = this.openSockets();
    const socket = open[this.turn++ % Math.max(1, open.length)];
    if (!socket) return Promise.resolve({ ok: false, error: 'dispatch_failed' });
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const cancel = this.hooks.clock.after(ACK_MS, () => {
      this.waiting.delete(id);
      resolve({ ok: false, error: 'operation_timeout' });
    });
    this.waiting.set(id, (answer) => {
      cancel();
      this.waiting.delete(id);
      resolve({ ok: true, payload: answer });
    });
    const tried = type === 'events_api' && {
      retry_attempt: retry?.attempt ?? 0,
      retry_reason: retry?.reason ?? '',
    };
    const accepts = type !== 'events_api';
    const envelope = {
      envelope_id: id,
      type,
      payload,
      accepts_response_payload: accepts,
      ...tried,
    };
    socket.send(JSON.stringify(envelope));
    return promise;
  }

  connections(): number {
    return this.openSockets().length;
  }

  /** A socket that is closing takes nothing any more. */
  private openSockets(): WebSocket[] {
    return [...this.sockets].filter((socket) => socket.readyState === socket.OPEN);
  }

  private dismiss(socket: WebSocket, reason: string): void {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }));
    // A warning leaves the connection open for a while; every other reason ends it.
    if (reason !== 'warning') socket.close(1000);
  }

  disconnect(reason: string): void {
    for (const socket of this.sockets) this.dismiss(socket, reason);
  }

  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Ends each connection with the close handshake; what does not answer is cut after a second. */
  async close(): Promise<void> {
    const closing = [...this.sockets].map(
      (socket) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
          socket.once('close', () => {
            clearTimeout(timer);
            resolve();
          });
          socket.close(1001);
        }),
    );
    await Promise.all(closing);
    this.server.close();
  }
}
