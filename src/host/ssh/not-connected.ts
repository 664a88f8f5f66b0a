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

export function notConnected(error: unknown, { host, pinned, offered }: Attempt): HostUnreachable {
  const message = messageOf(error);
  const other = offered !== undefined && !isPinned(pinned, offered);
  if (other || message.includes('no matching host key')) {
    return mismatch(host, pinned, offered, error);
  }
  const refuse = (code: FailureCode, problem: string, next: string): HostUnreachable =>
    new HostUnreachable(`${host.name} (${host.address}:${host.port}) ${problem}`, {
      code,
      next,
      host: host.name,
      cause: error,
    });
  const level = propertyOf(error, 'level');
  if (level === 'client-authentication') {
    return refuse(
      'auth-refused',
      `refuses the SSH login of ${host.user} with the key ${host.identity_file}`,
      `add the line of \`${host.identity_file}.pub\` to \`~${host.user}/.ssh/authorized_keys\` on ${host.name}, then try again. If it is there, \`sudo journalctl -u ssh -n 20\` on ${host.name} shows why sshd refuses it.`,
    );
  }
  if (level === 'handshake' && propertyOf(error, 'code') === undefined) {
    const { what, setting } = disagreement(message);
    return refuse(
      'handshake-failed',
      `and argo-bot have no ${what} in common; argo-bot accepts none with SHA-1 or CBC`,
      setting === undefined
        ? `install OpenSSH 7.4 or newer on ${host.name}. \`ssh -vv -p ${host.port} ${host.user}@${host.address}\` shows what it offers.`
        : `allow at least one of these in /etc/ssh/sshd_config on ${host.name}: ${setting}. Then run there: \`sshd -t && systemctl reload ssh\`. It must be OpenSSH 7.4 or newer.`,
    );
  }
  const dropped = wasDropped(error, message);
  const [problem, next] = hostDown(host, error, message, dropped);
  return refuse(dropped ? 'connection-dropped' : 'host-down', problem, next);
}

/** True if the host accepted the connection and then closed it, as sshd does above MaxStartups or while it restarts. */
function wasDropped(error: unknown, message: string): boolean {
  return propertyOf(error, 'code') === 'ECONNRESET' || BEFORE_HANDSHAKE.test(message);
}

const BEFORE_HANDSHAKE = /before handshake/iu;

function hostDown(
  host: HostSettings,
  error: unknown,
  message: string,
  dropped: boolean,
): [string, string] {
  const test = `When \`nc -vz ${host.address} ${host.port}\` succeeds on the bot's machine, try again.`;
  const code = propertyOf(error, 'code');
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'refuses connections',
        `on ${host.name}, \`sudo ss -ltnp | grep sshd\` shows the port of sshd. If it shows none: \`sudo systemctl start ssh\`. If it shows another port, put it into argo.yml and restart argo-bot. ${test}`,
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        'has no address, because the name does not resolve',
        `correct the address of ${host.name} in argo.yml, or the name server of the bot's machine. When \`getent hosts ${host.address}\` prints an address there, try again.`,
      ];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [
        "cannot be reached, because the bot's machine has no route to it",
        `check that ${host.name} is on, then the network or VPN of the bot's machine. ${test}`,
      ];
    default:
      return [
        `does not answer over SSH: ${handshakeWords(error, message)}`,
        dropped
          ? `try again in a minute: sshd restarts, or has too many logins (MaxStartups). ${test}`
          : `start ${host.name}, or open port ${host.port} in its firewall. ${test}`,
      ];
  }
}

function handshakeWords(error: unknown, message: string): string {
  if (/timed out while waiting for handshake/i.test(message)) return 'its greeting did not come';
  if (BEFORE_HANDSHAKE.test(message)) return 'it closed the connection before its greeting';
  return connectionWords(error);
}
