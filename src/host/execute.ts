import type { ClientChannel } from 'ssh2';
import type { Link } from './connect.ts';
import { converse, type Call, type Ended } from './converse.ts';
import { channelRefused, notSent } from './failures.ts';

/** Runs one command over the link; ends with it, with the link, or when stopped, whichever is first. */
export async function execute(link: Link, call: Call, stop: AbortSignal): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const over = new AbortController();
  const onStop = (): void => reject(stop.reason);
  const onLost = (): void => reject(link.lost.reason);
  stop.addEventListener('abort', onStop);
  link.lost.addEventListener('abort', onLost);
  let opened: ClientChannel | undefined;
  try {
    stop.throwIfAborted();
    if (link.lost.aborted) throw notSent(call.what, call.host);
    link.client.exec(call.command, (error, channel) => {
      if (error !== undefined) return reject(channelRefused(call.what, call.host, error));
      opened = channel;
      // Given up while sshd was still opening it.
      if (over.signal.aborted) return channel.close();
      return resolve(converse(channel, call, over.signal));
    });
    return await promise;
  } finally {
    over.abort();
    stop.removeEventListener('abort', onStop);
    link.lost.removeEventListener('abort', onLost);
    // Closes the script's stdin and stdout: one that only looks ends at its next word.
    opened?.close();
  }
}
