// Decides what happens when a Socket Mode connection cannot be opened again: retry, stop or fail.
import { setTimeout as pause } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { slackErrorOf } from '../api/errors.ts';

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;

/** `SocketModeClient` calls these methods of its own at every connect. Its types declare them private. */
interface Connects {
  retrieveWSSURL(): Promise<string>;
  start(): Promise<unknown>;
}

/**
 * Retries failed reconnects until `stop`: in socket-mode 3.1 they are unhandled rejections, which end the process. An
 * error by which Slack refuses goes to `fatal`. It is thrown unless `fatal` returns true.
 */
export function keepReconnecting(
  client: SocketModeReceiver['client'],
  stop: AbortSignal,
  fatal: (error: unknown) => boolean,
): void {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the methods are private
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
