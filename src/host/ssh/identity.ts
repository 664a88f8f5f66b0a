// Reads the bot's private SSH key, and explains why it cannot be used.
import { open } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { FailureCode } from '../../deploy/record/codes.ts';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { HostSettings } from '../../deploy/ports/ports.ts';
import { fileWords } from './error-words.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

/** Returns the text of the private key file. Fails with Misconfigured. */
export async function readIdentity(host: HostSettings): Promise<string> {
  const file = host.identity_file;
  const refuse = (
    code: FailureCode,
    problem: string,
    next: string,
    cause?: unknown,
  ): Misconfigured =>
    new Misconfigured(`the SSH key ${file} for ${host.name} ${problem}`, {
      code,
      next,
      host: host.name,
      cause,
    });

  const { mode, text } = await readKeyFile(file).catch((error: unknown) => {
    const absent = propertyOf(error, 'code') === 'ENOENT';
    throw absent
      ? refuse(
          'identity-missing',
          'does not exist',
          'correct identity_file in argo.yml, or put the key there.',
          error,
        )
      : refuse(
          'identity-unreadable',
          `cannot be read: ${fileWords(error)}`,
          `let the user of argo-bot read it, as root: \`chown ${process.getuid?.()} ${file}\``,
          error,
        );
  });
  if ((mode & 0o077) !== 0) {
    throw refuse(
      'identity-too-open',
      `can be read by others (mode ${(mode & 0o777).toString(8)})`,
      `\`chmod 600 ${file}\``,
    );
  }
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) {
    throw /encrypted/i.test(parsed.message)
      ? refuse(
          'identity-encrypted',
          'has a passphrase, which argo-bot cannot type',
          `make a key without one (\`ssh-keygen -t ed25519 -N '' -f ${file}\`), and add its .pub to authorized_keys on ${host.name}.`,
          parsed,
        )
      : refuse(
          'identity-unusable',
          'is not a private key in a form that argo-bot can read',
          `make one: \`ssh-keygen -t ed25519 -N '' -f ${file}\``,
          parsed,
        );
  }
  // For a file with several keys, parseKey returns a list, although its type says one key.
  if (![parsed].flat()[0]?.isPrivateKey()) {
    throw refuse(
      'identity-unusable',
      'is a public key',
      'set identity_file in argo.yml to the private key: the same path without .pub.',
    );
  }
  return text;
}

async function readKeyFile(file: string): Promise<{ mode: number; text: string }> {
  const handle = await open(file);
  try {
    const { mode } = await handle.stat();
    return { mode, text: await handle.readFile('utf8') };
  } finally {
    await handle.close();
  }
}

/** Returns `ssh-ed25519 AAAA…` without a comment. `privateKey` is the text that readIdentity returned. */
export function publicKeyOf(privateKey: string, { name }: HostSettings): string {
  const [parsed] = [ssh2.utils.parseKey(privateKey)].flat();
  if (parsed === undefined || parsed instanceof Error) {
    throw new Error(`the key for ${name} was read before and cannot be parsed`, { cause: parsed });
  }
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
}
