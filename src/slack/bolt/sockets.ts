// Opens two Socket Mode connections to Slack, and opens them again after a failure.
import { SocketModeReceiver, type App, type Logger, type Receiver } from '@slack/bolt';
import { setTimeout as pause } from 'node:timers/promises';
import { slackErrorOf } from '../api/errors.ts';

export interface SocketOptions {
  appToken: string;
  slackApiUrl: string | undefined;
  logger: Logger;
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

/** Opens two connections: while Slack refreshes one for some seconds, it sends requests to the other one. */
export function createSockets(options: SocketOptions): Sockets {
  const stopping = new AbortController();
  const { signal } = stopping;
  const receivers = [receiverOf(options, signal), receiverOf(options, signal)];
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
        // web-api's own retries take minutes and continue after a stop, so keepReconnecting retries instead.
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

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;

/** The methods of `SocketModeClient` that it calls at every connect. Its types hide the first one. */
interface Connects {
  retrieveWSSURL(): Promise<string>;
  start(): Promise<unknown>;
}

/**
 * Retries failed reconnects until `stop`: in socket-mode 3.1 they are unhandled rejections, which end the process. If
 * Slack refuses the connection, passes its error to `fatal`, and throws it unless `fatal` returns true.
 */
function keepReconnecting(
  client: SocketModeReceiver['client'],
  stop: AbortSignal,
  fatal: (error: unknown) => boolean,
): void {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the types hide one of them
  const connects = client as unknown as Connects;
  const retrieve = connects.retrieveWSSURL.bind(client);
  connects.retrieveWSSURL = async () => {
    for (let wait = FIRST_WAIT_MS; !stop.aborted; wait = Math.min(LAST_WAIT_MS, wait * 2)) {
      try {
        return await retrieve();
      } catch (error) {
        if (slackErrorOf(error)?.kind === 'refused') {
          if (fatal(error)) return never();
          throw error;
        }
        await pause(wait, undefined, { signal: stop }).catch(() => {});
      }
    }
    return never();
  };
  const start = connects.start.bind(client);
  connects.start = async () => {
    try {
      return await start();
    } catch (error) {
      // socket-mode rejects with undefined when it is stopped while connecting.
      if (error === undefined) return never();
      throw error;
    }
  };
}

/** Returns a promise that never settles, so that socket-mode neither connects nor fails after a stop or a refusal. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
