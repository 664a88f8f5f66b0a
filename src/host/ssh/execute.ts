// Runs one command over an SSH connection, until it ends, is stopped, or the connection is lost.
import type { ClientChannel } from 'ssh2';
import type { SshConnection } from './connect.ts';
import { runChannel, type Call, type CommandEnd } from './run-channel.ts';
import { raceAbort } from './deadline.ts';
import { channelRefused, notSent } from './failures.ts';

/** Fails with the reason of `stop` or of the lost connection. */
export async function execute(
  connection: SshConnection,
  call: Call,
  stop: AbortSignal,
): Promise<CommandEnd> {
  stop.throwIfAborted();
  if (connection.lost.aborted) throw notSent(call.what, call.host);
  const over = new AbortController();
  let opened: ClientChannel | undefined;
  // Add listeners in the callback, because output may already be there. Without the object, `resolve` would await `ended`.
  const opening = new Promise<{ ended: Promise<CommandEnd> }>((resolve, reject) => {
    connection.client.exec(call.command, (error, channel) => {
      if (error !== undefined) return reject(channelRefused(call.what, call.host, error));
      opened = channel;
      // If the caller gave up while sshd was opening the channel, close it.
      if (over.signal.aborted) return channel.close();
      return resolve({ ended: runChannel(channel, call, over.signal) });
    });
  });
  try {
    const { ended } = await raceAbort(opening, stop, connection.lost);
    return await raceAbort(ended, stop, connection.lost);
  } finally {
    over.abort();
    // Closes the script's stdin and stdout, so a read-only script ends at its next output.
    opened?.close();
  }
}
