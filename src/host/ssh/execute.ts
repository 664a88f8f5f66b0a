import type { ClientChannel } from 'ssh2';
import type { Link } from './connect.ts';
import { runChannel, type Call, type Ended } from './run-channel.ts';
import { raced } from './deadline.ts';
import { channelRefused, notSent } from './failures.ts';

/** Runs one command over the link; ends with it, with the link, or when stopped, whichever is first. */
export async function execute(link: Link, call: Call, stop: AbortSignal): Promise<Ended> {
  stop.throwIfAborted();
  if (link.lost.aborted) throw notSent(call.what, call.host);
  const over = new AbortController();
  let opened: ClientChannel | undefined;
  // Listened to at once, since all that a channel says may be there already; as an object, since a promise would be
  // waited for in the place of the stop.
  const opening = new Promise<{ ended: Promise<Ended> }>((resolve, reject) => {
    link.client.exec(call.command, (error, channel) => {
      if (error !== undefined) return reject(channelRefused(call.what, call.host, error));
      opened = channel;
      // Given up while sshd was still opening it.
      if (over.signal.aborted) return channel.close();
      return resolve({ ended: runChannel(channel, call, over.signal) });
    });
  });
  try {
    const { ended } = await raced(opening, stop, link.lost);
    return await raced(ended, stop, link.lost);
  } finally {
    over.abort();
    // Closes the script's stdin and stdout: one that only looks ends at its next word.
    opened?.close();
  }
}
