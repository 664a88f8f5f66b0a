// Opens a channel before a script needs it, so that the script does not wait for sshd, sudo and a shell to start.
import type { Client, ClientChannel } from 'ssh2';

export interface SpareChannel {
  /** Opens a channel for this command, unless one is open. Does nothing if sshd refuses it. */
  prepare(command: string): void;
  /** Returns the open channel once; undefined if there is none for this command, or if it has ended. */
  take(command: string): Promise<ClientChannel | undefined>;
}

interface Spare {
  command: string;
  /** Undefined if sshd refuses the channel. */
  opening: Promise<ClientChannel | undefined>;
  ended: boolean;
}

/** An unused channel holds a shell on the host, so it is closed after this time. */
const UNUSED_MS = 2_000;

/** Keeps at most one spare channel for the connection. */
export function createSpareChannel(client: Client): SpareChannel {
  let spare: Spare | undefined;
  return {
    prepare(command) {
      if (spare !== undefined) return;
      const current = open(client, command);
      spare = current;
      const closeUnused = async (): Promise<void> => {
        if (spare !== current) return;
        spare = undefined;
        (await current.opening)?.close();
      };
      setTimeout(() => void closeUnused(), UNUSED_MS).unref();
    },
    async take(command) {
      if (spare?.command !== command) return undefined;
      const taken = spare;
      spare = undefined;
      const channel = await taken.opening;
      return taken.ended ? undefined : channel;
    },
  };
}

function open(client: Client, command: string): Spare {
  const { promise, resolve } = Promise.withResolvers<ClientChannel | undefined>();
  const spare: Spare = { command, opening: promise, ended: false };
  const end = (): void => {
    spare.ended = true;
  };
  try {
    client.exec(command, (error, channel) => {
      if (error !== undefined) return resolve(undefined);
      // Without this listener an error of the channel would end the process.
      channel.on('error', end).on('exit', end);
      return resolve(channel);
    });
  } catch {
    // The connection is closed, and its `lost` says why.
    resolve(undefined);
  }
  return spare;
}
