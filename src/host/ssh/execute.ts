// Runs commands over an SSH connection, until they end, are stopped, or the connection is lost.
import type { ClientChannel } from 'ssh2';
import type { SshConnection } from './connect.ts';
import { runChannel, type Call, type CommandEnd } from './run-channel.ts';
import { raceAbort } from './deadline.ts';
import { channelRefused, notSent } from './failures.ts';

export interface Running {
  /** The end of each script in the channel. If the connection is lost, all reject with the reason of the loss. */
  ends: readonly Promise<CommandEnd>[];
  /** True if the spare channel was used, which may end before the call reaches it. */
  wasSpare: boolean;
  /** Closes the scripts' stdin and stdout, so that a read-only script ends at its next output. */
  close: () => void;
}

/** Opens a channel for the call. Fails with the reason if `stop` is aborted or the connection is lost first. */
export async function openChannel(
  connection: SshConnection,
  call: Call,
  stop: AbortSignal,
): Promise<Running> {
  stop.throwIfAborted();
  if (connection.lost.aborted) throw notSent(call.what, call.host);
  const over = new AbortController();
  let opened: ClientChannel | undefined;
  const start = (channel: ClientChannel): Promise<CommandEnd>[] => {
    opened = channel;
    // If the caller gave up while sshd was opening the channel, close it.
    if (over.signal.aborted) channel.close();
    return runChannel(channel, call, over.signal);
  };
  const opening = (async () => {
    const spare = call.mayUseSpare ? await connection.spare.take(call.command) : undefined;
    if (spare !== undefined) return { ends: start(spare), wasSpare: true };
    return { ends: await openFresh(connection, call, start), wasSpare: false };
  })();
  const close = (): void => {
    over.abort();
    opened?.close();
  };
  try {
    const { ends, wasSpare } = await raceAbort(opening, stop, connection.lost);
    return {
      wasSpare,
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

/** Opens a new channel. Calls `start` inside ssh2's callback, because a later listener could miss the first output. */
function openFresh<T>(
  { client }: SshConnection,
  { command, what, host }: Call,
  start: (channel: ClientChannel) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) reject(channelRefused(what, host, error));
      else resolve(start(channel));
    });
  });
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
