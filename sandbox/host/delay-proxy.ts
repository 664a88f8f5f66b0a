import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { delayed } from './delayed.ts';
import type { Delayed } from './delayed.ts';

export interface DelayProxyOptions {
  readonly host: string;
  readonly port: number;
  /** Added each way, so a round trip takes twice as long. */
  readonly delayMs: number;
}

export interface DelayProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  setDelay(ms: number): void;
  /** Resets every connection and refuses new ones. */
  cut(): void;
  /** Lets nothing through either way, without a word: a link that hangs. */
  freeze(): void;
  /** Undoes `cut` and `freeze`; what was frozen arrives now. */
  restore(): void;
  stop(): Promise<void>;
}

/** The kernel's own delay (netem) is not everywhere; this stands in for it on one TCP port. */
export async function startDelayProxy(options: DelayProxyOptions): Promise<DelayProxy> {
  const link: Link = { delayMs: options.delayMs, state: 'up', sockets: new Set(), ways: new Set() };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (link.state === 'cut') client.resetAndDestroy();
    else join(link, client, connect({ ...options, allowHalfOpen: true, noDelay: true }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port');
  return {
    host: '127.0.0.1',
    port: bound.port,
    setDelay: (ms) => void (link.delayMs = ms),
    cut() {
      link.state = 'cut';
      for (const socket of link.sockets) socket.resetAndDestroy();
    },
    freeze: () => void (link.state = 'frozen'),
    restore() {
      link.state = 'up';
      for (const way of link.ways) way.resume();
    },
    async stop() {
      for (const socket of link.sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Link {
  delayMs: number;
  state: 'up' | 'cut' | 'frozen';
  readonly sockets: Set<Socket>;
  readonly ways: Set<Delayed>;
}

function join(link: Link, client: Socket, target: Socket): void {
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    const way = delayed(from, to, link);
    link.ways.add(way);
    link.sockets.add(from);
    // An error is followed by close, which takes the other side along.
    from.on('error', () => {});
    from.once('close', () => {
      link.sockets.delete(from);
      link.ways.delete(way);
      if (from.errored || !from.readableEnded) to.destroy();
    });
  }
}
