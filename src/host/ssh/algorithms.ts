// Decides which SSH algorithms the bot accepts, and what a host without them must allow.
import { getCiphers } from 'node:crypto';
import type { Algorithms } from 'ssh2';

/** Replaces ssh2's defaults. Best first, without SHA-1 and CBC. OpenSSH from 7.4 on has at least one of each kind. */
export const accepted = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group-exchange-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    // OpenSSL in FIPS mode has no ChaCha20, and ssh2 refuses a list with an unsupported cipher.
    ...(getCiphers().includes('chacha20') ? (['chacha20-poly1305@openssh.com'] as const) : []),
    'aes256-ctr',
    'aes192-ctr',
    'aes128-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ],
  compress: ['none'],
} satisfies Algorithms;

interface Disagreement {
  /** Completes the message "trading-1 and this bot have no … in common". */
  what: string;
  /** The line of sshd_config that allows the bot's algorithms. */
  setting: string | undefined;
}

/** Finds the kind of algorithm on which host and bot do not agree. ssh2's error has no code, so match its message. */
export function disagreement(message: string): Disagreement {
  if (message.includes('no matching key exchange'))
    return allowing('key exchange algorithm', 'KexAlgorithms', accepted.kex);
  if (/no matching (?:[CS]->[CS] )?cipher/.test(message))
    return allowing('cipher', 'Ciphers', accepted.cipher);
  if (/no matching (?:[CS]->[CS] )?MAC/i.test(message))
    return allowing('MAC algorithm', 'MACs', accepted.hmac);
  return { what: 'way to talk', setting: undefined };
}

function allowing(what: string, setting: string, names: readonly string[]): Disagreement {
  return { what, setting: `${setting} ${names.join(',')}` };
}
