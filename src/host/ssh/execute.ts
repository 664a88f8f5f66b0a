// Runs commands over an SSH connection, until they end, are stopped, or the connection is lost.
import type { ClientChannel } from 'ssh2';
import type { SshConnection } from './connect.ts';
import { runChannel, type Call, type CommandEnd } from './run-channel.ts';
import { raceAbort } from './deadline.ts';
import { channelRefused, notSent } from './failures.ts';

export interface Running {
  /** One for each script in the channel. Each fails with the reason of the lost connection. */
  ends: readonly Promise<CommandEnd>[];
  /** Closes the scripts' stdin and stdout, so that a read-only script ends at its next output. */
  close: () => void;
}

/** Opens a channel for the call. If `stop` is aborted or the connection is lost first, it fails with that reason. */
export async function openChannel(
  connection: SshConnection,
  call: Call,
  stop: AbortSignal,
): Promise<Running> {
  stop.throwIfAborted();
  if (connection.lost.aborted) throw notSent(call.what, call.host);
  const over = new AbortController();
  let opened: ClientChannel | undefined;
  // Add listeners in the callback, because output may already be there.
  const opening = new Promise<Promise<CommandEnd>[]>((resolve, reject) => {
    connection.client.exec(call.command, (error, channel) => {
      if (error !== undefined) return reject(channelRefused(call.what, call.host, error));
      opened = channel;
      // If the caller gave up while sshd was opening the channel, close it.
      if (over.signal.aborted) return channel.close();
      const ends = runChannel(channel, call, over.signal);
      return resolve(ends);
    });
  });
  const close = (): void => {
    over.abort();
    opened?.close();
  };
  try {
    const ends = await raceAbort(opening, stop, connection.lost);
    return {
      ends: ends.map((end) => {
        const ended = raceAbort(end, connection.lost);
        ended.catch(() => undefined);
        return ended;
      }),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Runs a single command to its end. Fails with the reason of `stop` or of the lost connection. */
export async function execute(
  connection: SshConnection,
  call: Call,
  stop: AbortSignal,
): Promise<CommandEnd> {
  const { ends, close } = await openChannel(connection, call, stop);
  try {
    return await raceAbort(ends[0] ?? Promise.reject(notSent(call.what, call.host)), stop);
  } finally {
    close();
  }
}
