import { SocketModeReceiver, type App, type Logger, type Receiver } from '@slack/bolt';

export interface SocketOptions {
  appToken: string;
  slackApiUrl: string | undefined;
  logger: Logger;
  /** How many connections to hold. */
  connections?: number;
  /** A connection cannot come back: the token is no longer good. */
  onFatal(error: unknown): void;
}

/**
 * Two Socket Mode connections in one receiver. Slack refreshes each of them now and then, and a
 * refreshed client is deaf for some seconds; Slack sends every request to one that listens.
 */
export function createSockets(options: SocketOptions): Receiver {
  const { appToken, slackApiUrl, logger, connections = 2 } = options;
  const receivers = Array.from(
    { length: connections },
    () =>
      new SocketModeReceiver({
        appToken,
        logger,
        // An object for each: the receiver writes its own retries into it.
        installerOptions: { clientOptions: slackApiUrl === undefined ? {} : { slackApiUrl } },
      }),
  );
  return {
    init(app: App) {
      for (const receiver of receivers) receiver.init(app);
    },
    async start() {
      await Promise.all(receivers.map((receiver) => receiver.start()));
      for (const { client } of receivers) endOnFatal(client, (error) => options.onFatal(error));
    },
    async stop() {
      await Promise.all(receivers.map(({ client }) => client.disconnect()));
    },
  };
}

/** What `SocketModeClient` calls before every reconnect; private in its types. */
interface Reconnects {
  retrieveWSSURL(): Promise<string>;
}

/**
 * socket-mode 3.1 lets a refused reconnect (invalid_auth) end as an unhandled rejection, which
 * would take the process down without a word.
 */
function endOnFatal(client: SocketModeReceiver['client'], onFatal: (error: unknown) => void): void {
  // oxlint-disable-next-line no-unsafe-type-assertion -- its types hide the method
  const reconnects = client as unknown as Reconnects;
  const retrieve = reconnects.retrieveWSSURL.bind(client);
  reconnects.retrieveWSSURL = async () => {
    try {
      return await retrieve();
    } catch (error) {
      onFatal(error);
      return new Promise<string>(() => {});
    }
  };
}
