// Opens two Socket Mode connections to Slack, so that one listens while Slack refreshes the other.
import { SocketModeReceiver, type App, type Logger, type Receiver } from '@slack/bolt';
import { keepReconnecting } from './reconnect.ts';

export interface SocketOptions {
  appToken: string;
  slackApiUrl: string | undefined;
  logger: Logger;
  /** Default 2. */
  connections?: number;
  /** Timeout for Slack's pong, in milliseconds. Default 5,000. */
  pingMs?: number;
  /** Called when Slack refuses the app token at a reconnect. */
  onFatal(error: unknown): void;
  onReconnect?: (() => void) | undefined;
}

export interface Sockets extends Receiver {
  /** Returns how many connections are open. */
  connected(): number;
}

/** While Slack refreshes one connection for some seconds, it sends requests to the other one. */
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
        // web-api's own retries take minutes and continue after a stop, so reconnect.ts retries instead.
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
