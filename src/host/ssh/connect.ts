// Opens one SSH connection with a pinned host key, and notices when it is lost.
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import type { HostSettings, Log } from '../../deploy/ports/ports.ts';
import { accepted } from './algorithms.ts';
import { connectionLost } from './failures.ts';
import { isPinned, pinnedKeys, schemesOf } from './host-keys.ts';
import { readIdentity } from './identity.ts';
import { notConnected } from './not-connected.ts';
import { createSpareChannel, type SpareChannel } from './spare-channel.ts';

export interface SshConnection {
  client: Client;
  /** Aborts when the connection is lost. Its reason is the failure for all commands on this connection. */
  lost: AbortSignal;
  drop: () => void;
  spare: SpareChannel;
  /** The version of the scripts that are installed on the host (src/host/runner), once a script has printed it. */
  runner?: string | undefined;
}

export interface Timing {
  readyTimeoutMs: number;
  keepaliveMs: number;
}

/** A connection counts as lost after three keepalives without an answer. */
export const defaultTiming: Timing = { readyTimeoutMs: 10_000, keepaliveMs: 5_000 };

/** Fails with HostUnreachable or Misconfigured. The attempt ends when `closing` aborts. */
export async function connect(
  host: HostSettings,
  { log, timing, closing }: { log: Log; timing: Timing; closing: AbortSignal },
): Promise<SshConnection> {
  const pinned = pinnedKeys(host);
  const privateKey = await readIdentity(host);
  let offered: Buffer | undefined;
  const began = performance.now();

  const ssh = new NodeSSH();
  const ready = ssh.connect({
    host: host.address,
    port: host.port,
    username: host.user,
    privateKey,
    // Offer only `privateKey`: neither the method `none` nor keys of an SSH agent.
    authHandler: ['publickey'],
    hostVerifier: (key: Buffer): boolean => {
      offered = key;
      return isPinned(pinned, key);
    },
    algorithms: { ...accepted, serverHostKey: schemesOf(pinned) },
    readyTimeout: timing.readyTimeoutMs,
    keepaliveInterval: timing.keepaliveMs,
    keepaliveCountMax: 3,
  });
  const client = ssh.connection;
  if (client === null) throw new Error('node-ssh made no client');
  const connection = watchConnection(client, host, log);
  try {
    closing.addEventListener('abort', connection.drop);
    if (closing.aborted) connection.drop();
    await ready;
  } catch (error) {
    connection.drop();
    throw notConnected(error, { host, pinned, offered });
  } finally {
    closing.removeEventListener('abort', connection.drop);
  }
  // Nagle's algorithm would cost 42 ms for every command.
  client.setNoDelay(true);
  log.info(
    { host: host.name, ms: Math.round(performance.now() - began) },
    'argo-bot opened an SSH connection to a host',
  );
  return connection;
}

/** Listens before the connection is open, because an `error` without a listener would end the process. */
function watchConnection(client: Client, host: HostSettings, log: Log): SshConnection {
  const lost = new AbortController();
  let why: Error | undefined;
  let dropped = false;
  const gone = (error?: Error): void => {
    why ??= error;
    if (lost.signal.aborted) return;
    lost.abort(connectionLost(host.name, why));
    if (!dropped)
      log.warn(
        { host: host.name, why: why?.message },
        'the SSH connection to a host was lost; a running stage fails or retries, and the next use connects again. If this repeats, check the network and sshd of the host',
      );
  };
  client.on('error', gone);
  client.on('end', () => gone());
  client.on('close', () => gone());
  return {
    client,
    spare: createSpareChannel(client),
    lost: lost.signal,
    drop() {
      dropped = true;
      // Do not call `end`: after it `destroy` does nothing, and a dead host would keep the socket half open.
      client.destroy();
      gone(new Error('closed by this side'));
    },
  };
}
