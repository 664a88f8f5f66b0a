// Which algorithms this bot accepts in SSH, and what to say where a host has none of them.
import { getCiphers } from 'node:crypto';
import type { Algorithms } from 'ssh2';

/**
 * Best first: no SHA-1, no CBC. OpenSSH 7.4 has at least one of each. These are whole lists, so that a change of
 * the library's own defaults does not change what is offered.
 */
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
    // An OpenSSL in FIPS mode has no ChaCha20, and ssh2 refuses a list that names what it cannot do.
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
  /** Follows "have no" and precedes "in common". */
  what: string;
  /** The setting of sshd_config with the algorithms to allow. */
  setting: string | undefined;
}

/** What the two sides could not agree on. The library says it in English only. */
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
