// Decides whether a host's key is one of those pinned in argo.yml.
import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { HostUnreachable, Misconfigured } from '../../deploy/record/errors.ts';
import type { HostSettings } from '../../deploy/ports/ports.ts';

export interface HostKey {
  type: string;
  blob: Buffer;
}

/** The signature schemes of each key type. RSA keys use only SHA-2, because the scheme `ssh-rsa` is SHA-1. */
const schemes: Record<string, ServerHostKeyAlgorithm[]> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

const fingerprint = (blob: Buffer): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** Parses `ssh-ed25519 AAAA…`. Returns undefined if the type in the line differs from the type inside the key. */
function parseKey(line: string): HostKey | undefined {
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  if (!Object.hasOwn(schemes, type) || blob.length < 4 + type.length) return undefined;
  const length = blob.readUInt32BE(0);
  return blob.toString('latin1', 4, 4 + length) === type ? { type, blob } : undefined;
}

/** Parses the host keys from argo.yml. Fails with `no-host-keys` or `unreadable-host-key`. */
export function pinnedKeys(host: HostSettings): HostKey[] {
  const next = `put the host's public key into host_keys in argo.yml: \`ssh-keyscan -p ${host.port} ${host.address}\` prints it. First compare its fingerprint with the one on the host's console.`;
  if (host.host_keys.length === 0) {
    throw new Misconfigured(
      `${host.name} has no host_keys, so argo-bot cannot tell it from an impostor`,
      {
        code: 'no-host-keys',
        next,
        host: host.name,
      },
    );
  }
  return host.host_keys.map((line, index) => {
    const key = parseKey(line);
    if (key !== undefined) return key;
    throw new Misconfigured(
      `host_keys[${index}] of ${host.name} is not a host key like "ssh-ed25519 AAAA…"`,
      { code: 'unreadable-host-key', next, host: host.name },
    );
  });
}

export const schemesOf = (pinned: HostKey[]): ServerHostKeyAlgorithm[] => [
  ...new Set(pinned.flatMap((key) => schemes[key.type] ?? [])),
];

/** True if the offered key is pinned. ssh2 needs a boolean at once: it accepts a promise, null or 0 as yes. */
export const isPinned = (pinned: HostKey[], offered: Buffer): boolean =>
  pinned.some((key) => key.blob.equals(offered));

export function mismatch(
  host: HostSettings,
  pinned: HostKey[],
  offered: Buffer | undefined,
  cause: unknown,
): HostUnreachable {
  const expected = pinned.map((key) => `${fingerprint(key.blob)} (${key.type})`).join(' or ');
  const got = offered === undefined ? 'a key of another type' : fingerprint(offered);
  return new HostUnreachable(
    `${host.name} (${host.address}:${host.port}) shows another host key than argo.yml has. It was reinstalled, or another machine answers at its address\nargo.yml has: ${expected}\n${host.name} now shows: ${got}`,
    {
      code: 'host-key-mismatch',
      next: `on the console of ${host.name}: \`cat /etc/ssh/ssh_host_*.pub | ssh-keygen -lf -\`. Only if that lists the key that ${host.name} now shows, put the line of \`ssh-keyscan -p ${host.port} ${host.address}\` into host_keys of ${host.name} in argo.yml, restart argo-bot, then \`/argo deploy\`. If it does not, another machine answers at ${host.address}: find it first.`,
      host: host.name,
      cause,
    },
  );
}
