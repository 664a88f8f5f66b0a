import { SocketModeReceiver, type App, type Logger, type Receiver } from '@slack/bolt';
import { keepReconnecting } from './reconnect.ts';

export interface SocketOptions {
  appToken: string;
  slackApiUrl: string | undefined;
  logger: Logger;
  /** How many connections to hold. */
  connections?: number;
  /** How long a pong may take, and the first wait before a reconnect. */
  pingMs?: number;
  /** A connection cannot come back: the token is no longer good. */
  onFatal(error: unknown): void;
  /** A connection is opened anew. */
  onReconnect?: (() => void) | undefined;
}

export interface Sockets extends Receiver {
  /** How many connections are open. */
  connected(): number;
}

/**
 * Two Socket Mode connections in one receiver. Slack refreshes each of them now and then, and a
 * refreshed client is deaf for some seconds; Slack sends every request to one that listens.
 */
export function createSockets(options: SocketOptions): Sockets {
  const stopping = new AbortController();
  const { signal } = stopping;
  const receivers = Array.from({ length: options.connections ?? 2 }, () =>
    receiverOf(options, signal),
  );
  let started = false;
  const open = new Set<SocketModeReceiver['client']>();
  for (const { client } of receivers) {
    client.on('connected', () => {
      if (started) options.onReconnect?.();
      open.add(client);
    });
    for (const end of ['reconnecting', 'disconnecting', 'disconnected', 'close'])
      client.on(end, () => void open.delete(client));
    keepReconnecting(client, signal, (error) => {
      if (!started) return false;
      options.onFatal(error);
      return true;
    });
  }
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all(receivers.map(({ client }) => client.disconnect()));
  }
  return {
    init(app: App) {
      for (const receiver of receivers) receiver.init(app);
    },
    async start() {
      try {
        await Promise.all(receivers.map((receiver) => receiver.start()));
        started = true;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    connected: () => open.size,
  };
}

function receiverOf(options: SocketOptions, signal: AbortSignal): SocketModeReceiver {
  const { appToken, slackApiUrl, logger, pingMs = 5_000 } = options;
  return new SocketModeReceiver({
    appToken,
    logger,
    clientPingTimeout: pingMs,
    installerOptions: {
      clientOptions: {
        ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
        // Its own hundred retries grow to minutes, and go on after a stop; reconnect.ts does better.
        retryConfig: { retries: 0 },
        timeout: 10_000,
        fetch: (url, init) => {
          const signals = init?.signal ? [init.signal, signal] : [signal];
          return fetch(url, { ...init, signal: AbortSignal.any(signals) });
        },
      },
    },
  });
}
