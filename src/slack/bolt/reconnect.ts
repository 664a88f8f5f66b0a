import { setTimeout as pause } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { slackErrorOf } from '../api/errors.ts';

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;

/** What `SocketModeClient` calls before every connect; private in its types. */
interface Connects {
  retrieveWSSURL(): Promise<string>;
  start(): Promise<unknown>;
}

/**
 * What goes wrong in a reconnect, socket-mode 3.1 leaves to an unhandled rejection, which would take
 * the process down without a word: a refused token, a stop while it connects. Here a refusal is told
 * to `fatal` (which answers whether it took it), and everything else is tried until the stop.
 */
export function keepReconnecting(
  client: SocketModeReceiver['client'],
  stop: AbortSignal,
  fatal: (error: unknown) => boolean,
): void {
  // oxlint-disable-next-line no-unsafe-type-assertion -- its types hide the method
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
      // A stop while it connects rejects with nothing at all.
      if (error === undefined) return never();
      throw error;
    }
  };
}

/** Nobody awaits a reconnect that has ended; it must simply not go on. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
