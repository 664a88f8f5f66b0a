// Decides why an SSH connection could not be opened, and what a person must do.
import type { FailureCode } from '../../deploy/record/codes.ts';
import { HostUnreachable } from '../../deploy/record/errors.ts';
import type { HostSettings } from '../../deploy/ports/ports.ts';
import { disagreement } from './algorithms.ts';
import { mismatch, isPinned, type HostKey } from './host-keys.ts';
import { connectionWords } from './error-words.ts';
import { messageOf, propertyOf } from '../../deploy/untrusted/unknown-error.ts';

interface Attempt {
  host: HostSettings;
  pinned: HostKey[];
  /** The host key that the other side offered, if it got that far. */
  offered: Buffer | undefined;
}

/** Returns the failure with its cause and next step. */
export function notConnected(error: unknown, { host, pinned, offered }: Attempt): HostUnreachable {
  const message = messageOf(error);
  const other = offered !== undefined && !isPinned(pinned, offered);
  if (other || message.includes('no matching host key')) {
    return mismatch(host, pinned, offered, error);
  }
  const refuse = (code: FailureCode, problem: string, next: string): HostUnreachable =>
    new HostUnreachable(
      `${host.name} (${host.address}:${host.port}) ${problem}; nothing was sent to it`,
      { code, next, host: host.name, cause: error },
    );
  const level = propertyOf(error, 'level');
  if (level === 'client-authentication') {
    return refuse(
      'auth-refused',
      `does not let ${host.user} in with the key ${host.identity_file}`,
      `Add ${host.identity_file}.pub to ~${host.user}/.ssh/authorized_keys on ${host.name}; sshd says why in: journalctl -u ssh -n 20`,
    );
  }
  if (level === 'handshake' && propertyOf(error, 'code') === undefined) {
    const { what, setting } = disagreement(message);
    return refuse(
      'handshake-failed',
      `and this bot have no ${what} in common; this bot takes none with SHA-1 or CBC`,
      setting === undefined
        ? `See what it offers: ssh -vv -p ${host.port} ${host.user}@${host.address}; OpenSSH 7.4 or newer is needed.`
        : `Allow at least one of these in /etc/ssh/sshd_config on ${host.name}: ${setting}. Then run there: sshd -t && systemctl reload ssh. OpenSSH 7.4 or newer is needed.`,
    );
  }
  const [problem, next] = hostDown(host, error, message);
  return refuse(wasDropped(error, message) ? 'connection-dropped' : 'host-down', problem, next);
}

/** True if the host accepted the connection and then closed it, as sshd does above MaxStartups or while it restarts. */
function wasDropped(error: unknown, message: string): boolean {
  return propertyOf(error, 'code') === 'ECONNRESET' || BEFORE_HANDSHAKE.test(message);
}

const BEFORE_HANDSHAKE = /before handshake/iu;

function hostDown(host: HostSettings, error: unknown, message: string): [string, string] {
  const reach = `nc -vz ${host.address} ${host.port}`;
  const code = propertyOf(error, 'code');
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'refuses connections',
        `Is sshd running there, on that port? From the bot's machine: ${reach}`,
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'has no address: the name does not resolve',
        `Correct address in argo.yml, or the name server; try: getent hosts ${host.address}`,
      ];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [
        `has no route from here (${code})`,
        `Check the network or VPN of the bot's machine: ${reach}`,
      ];
    default:
      return [
        `does not answer as SSH: ${handshakeWords(error, message)}`,
        `Is the host up, does a firewall drop packets, is sshd at MaxStartups? From the bot's machine: ${reach}`,
      ];
  }
}

function handshakeWords(error: unknown, message: string): string {
  if (/timed out while waiting for handshake/i.test(message)) return 'its greeting did not come';
  if (BEFORE_HANDSHAKE.test(message)) return 'it closed the connection before its greeting';
  return connectionWords(error);
}
