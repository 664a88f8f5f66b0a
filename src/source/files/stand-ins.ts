// Detects files that are pointers (Git LFS, git-annex) or ciphertext (sops, age, PGP) by their content.
import { shellWord } from '../../deploy/untrusted/shell-word.ts';

/** A pointer to a file's content, or its ciphertext, in place of the file. */
export interface StandIn {
  /** Completes "the file is …": `a Git LFS pointer`, `encrypted by sops`. */
  what: string;
  /** A service cannot use a pointer, but it may decrypt a ciphertext itself. */
  kind: 'pointer' | 'ciphertext';
  /** What to do. `{path}` is the file in a command, `{line}` a line for .gitattributes. */
  next: string;
}

/** The next step for a file at `path` in its repository. */
export function nextFor({ next }: Pick<StandIn, 'next'>, path: string): string {
  const pattern = `/${path.replaceAll(/[[*?\\]/g, String.raw`\$&`).replaceAll(/\s/g, '[[:space:]]')}`;
  const words = { path: shellWord(path), line: shellWord(`${pattern} !filter !diff !merge`) };
  return next.replaceAll(/\{(path|line)\}/g, (_all, word: keyof typeof words) => words[word]);
}

export const ANNEX =
  'Run `git annex unannex {path} && git -c annex.largefiles=nothing add {path}`, commit and push.';

/** Size limit for formats that are recognized by the whole file: people do not encrypt larger texts by hand. */
export const MOST_SEARCHED = 4 * 1024 * 1024;

/** `content` may be only the beginning of a file; `bytes` is the size of the whole file. */
export function standInOf(content: Buffer, bytes = content.length): StandIn | undefined {
  const head = content.toString('latin1', 0, 64);
  if (head.startsWith('\0GITCRYPT\0')) return GIT_CRYPT;
  if (isPgpPacket(content)) return PGP;
  const begins = BEGINNINGS.find(({ start }) => start.test(head));
  if (begins?.whole === undefined && begins) return plain(begins);
  if (bytes > MOST_SEARCHED) return undefined;
  if (begins?.whole?.test(content.toString('latin1'))) return plain(begins);
  return PARTS.some((part) => content.includes(part))
    ? partsOf(content.toString('utf8'))
    : undefined;
}

const plain = ({ what, kind, next }: StandIn): StandIn => ({ what, kind, next });

interface Beginning extends StandIn {
  start: RegExp;
  /** Matches the whole file, too. Otherwise a document that quotes the start of a stand-in would count as one. */
  whole?: RegExp;
}

const encrypted = (by: string, decrypt: string): StandIn => ({
  what: `encrypted by ${by}`,
  kind: 'ciphertext',
  next: `${decrypt}, then commit and push the plain file. If the service decrypts it itself, add it to files.encrypted in argo.yml and restart argo-bot.`,
});

const GIT_CRYPT = encrypted(
  'git-crypt',
  'Run `git-crypt unlock && echo {line} >> .gitattributes && git add .gitattributes && git add --renormalize {path}`',
);
const PGP = encrypted('PGP', 'Run `gpg --decrypt {path}`');

const BEGINNINGS: Beginning[] = [
  {
    what: 'a Git LFS pointer, not the file itself',
    kind: 'pointer',
    next: 'Run `git lfs pull -I {path} && echo {line} >> .gitattributes && git add .gitattributes && git add --renormalize {path}`, commit and push.',
    start:
      /^version (?:https:\/\/git-lfs\.github\.com\/spec\/|https:\/\/hawser\.github\.com\/spec\/|http:\/\/git-media\.io\/v\/)/,
    whole:
      /^version [^\r\n]{1,200}\r?\n(?:[a-z\d.-]{1,60} [^\r\n]{1,300}\r?\n){0,20}oid sha256:[\da-f]+\r?\nsize \d+\s*$/,
  },
  {
    what: 'a git-annex pointer, not the file itself',
    kind: 'pointer',
    next: ANNEX,
    start: /^\/annex\/objects\//,
    whole: /^\/annex\/objects\/[^\r\n]{1,500}\r?\n?(?:\/annex\/[^\r\n]{0,500}\r?\n?)*$/,
  },
  {
    ...encrypted('ansible-vault', 'Run `ansible-vault decrypt {path}`'),
    start: /^\$ANSIBLE_VAULT;/,
    whole: /^\$ANSIBLE_VAULT;1\.\d;AES\d*(?:;[^\r\n]{0,200})?\r?\n[\da-f\s]+$/,
  },
  { ...encrypted('age', 'Run `age --decrypt {path}`'), start: /^age-encryption\.org\/v1\r?\n-> / },
  {
    ...encrypted('age', 'Run `age --decrypt {path}`'),
    start: /^\s*-----BEGIN AGE ENCRYPTED FILE-----\s/,
    whole: /^\s*-----BEGIN AGE ENCRYPTED FILE-----\s[\w+/=\s]+-----END AGE ENCRYPTED FILE-----\s*$/,
  },
  {
    ...PGP,
    start: /^\s*-----BEGIN PGP MESSAGE-----\s/,
    whole: /^\s*-----BEGIN PGP MESSAGE-----\s[^-]+-----END PGP MESSAGE-----\s*$/,
  },
  { ...encrypted('openssl', 'Decrypt it with `openssl enc -d`'), start: /^Salted__[^]{8}/ },
  {
    ...encrypted(
      'openssl (or transcrypt)',
      'Decrypt it with `openssl enc -d -a`, or with transcrypt',
    ),
    start: /^U2FsdGVkX1[\w+/=]/,
    whole: /^[\w+/=\s]+$/,
  },
];

/** Whether the content begins with a PGP-encrypted session key. Keyrings and signatures begin with other packets. */
function isPgpPacket(content: Buffer): boolean {
  const tag = content[0] ?? 0;
  // After the tag come the packet's length, of one or two bytes, and the version of its format.
  const [version = 0, next = 0] = content.subarray(tag === 0x85 ? 3 : 2);
  if (tag === 0x84 || tag === 0x85) return version === 3 && content.length > 100;
  return (tag === 0x8c || tag === 0xc3) && version === 4 && next >= 7 && next <= 10;
}

/** Each file that `partsOf` detects contains one of these texts. Most files have none, so this test saves time. */
const PARTS = ['ENC[', '$ANSIBLE_VAULT;', 'kind: SealedSecret'];

/** Detects formats that encrypt only the values and leave the keys readable. */
function partsOf(text: string): StandIn | undefined {
  if (isSops(text)) return encrypted('sops', 'Run `sops --decrypt --in-place {path}`');
  if (!isKeyed(text)) return undefined;
  if (/^[\s\w.-]*:[ \t]*!vault[ \t]*\|[^\n]*\n[ \t]+\$ANSIBLE_VAULT;1\.\d;AES/m.test(text))
    return encrypted(
      'ansible-vault in some of its values',
      'Decrypt each value (`ansible localhost -m debug -a var=NAME -e @{path} --ask-vault-pass`)',
    );
  if (/:[ \t]*>?[ \t]*\n?[ \t]*ENC\[(?:PKCS7|GPG|KMS),/.test(text))
    return encrypted('hiera-eyaml in some of its values', 'Run `eyaml decrypt -e {path}`');
  if (/^kind: SealedSecret\s*$/m.test(text) && /^apiVersion: bitnami\.com\//m.test(text))
    return encrypted('Sealed Secrets', 'Read the values from the cluster (kubectl get secret)');
  return undefined;
}

const MAC = String.raw`ENC\[AES256_GCM,data:`;

/** sops adds a block with a checksum (`mac`) to every format. */
function isSops(text: string): boolean {
  if (!text.includes('ENC[AES256_GCM,')) return false;
  if (/^\s*\{/.test(text)) return hasSopsBlock(text);
  if (new RegExp(`^sops_mac=["']?${MAC}`, 'm').test(text)) return isAssigned(text);
  if (/^\[sops\]\s*$/m.test(text)) return new RegExp(`^mac\\s*= ?${MAC}`, 'm').test(text);
  return (
    /^sops:\s*$/m.test(text) && new RegExp(`^\\s+mac: ${MAC}`, 'm').test(text) && isKeyed(text)
  );
}

function hasSopsBlock(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    const sops: unknown = Reflect.get(Object(value), 'sops');
    return String(Reflect.get(Object(sops), 'mac')).startsWith('ENC[AES256_GCM,');
  } catch {
    // sops writes valid JSON, so it did not write this file.
    return false;
  }
}

/** Whether every line looks like YAML. A text that only quotes an encrypted file has other lines. */
function isKeyed(text: string): boolean {
  return text
    .split('\n')
    .every((line) => /^(?:["']?[\w./-]+["']?[ \t]*:|[#\s%-]|\.\.\.|[\]}]|$)/.test(line));
}

function isAssigned(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|$|(?:export\s+)?[\w.]+=)/.test(line));
}
