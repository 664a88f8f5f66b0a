// Decides which config values must be masked: all, unless declared public or harmless by form.
import type { Disclosure } from '../../deploy/config/disclosure.ts';
import { percentDecoded } from '../../deploy/untrusted/percent-encoding.ts';
import { Numeric } from '../formats/decimal.ts';
import { parseJson } from '../formats/json.ts';
import { hasSecretName, isPlain } from './plain-values.ts';
import { type Leaf, leavesOf } from '../formats/values.ts';

/** The length of the shortest secret. A shorter value is masked only if argo.yml declares its key secret. */
const SHORTEST = 4;

/** The texts to mask in messages and logs. */
export function secretsOf(leaves: readonly Leaf[], disclosure: Disclosure = {}): string[] {
  const names = new Set(disclosure.names);
  const isPublic = matcher(disclosure.public ?? []);
  const isSecret = matcher(disclosure.secret ?? []);
  const found = leaves.flatMap((leaf) => {
    if (isSecret(leaf.key)) return [...textsOf(leaf), ...secretsOfLeaf(leaf, names)];
    return isPublic(leaf.key) ? [] : secretsOfLeaf(leaf, names);
  });
  return [...new Set(found)].filter(Boolean);
}

function secretsOfLeaf(leaf: Leaf, names: ReadonlySet<string>): string[] {
  return textsOf(leaf).flatMap((text) => secretsIn(leaf.key, text, names));
}

/** The texts of a value: all notations of a number, because a log may print `8.4720193e7` as `84720193`. */
function textsOf({ value }: Leaf): string[] {
  if (value instanceof Numeric) {
    const number = Number(value.decimal);
    return [value.written, value.decimal, ...(Number.isFinite(number) ? [String(number)] : [])];
  }
  return typeof value === 'string' ? [value.trim()] : [];
}

/** Returns a function that accepts these keys and all keys below them; `*` stands for any text. */
function matcher(keys: readonly string[]): (key: string) => boolean {
  const patterns = keys.map((key) => {
    const words = key
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${words.join('.*')}(?:\\.|$)`, 's');
  });
  return (key) => patterns.some((pattern) => pattern.test(key));
}

function secretsIn(key: string, value: string, names: ReadonlySet<string>): string[] {
  const secretName = hasSecretName(key);
  if (value.length < SHORTEST || names.has(value) || isPort(key, value)) return [];
  const url = urlSecrets(value);
  if (url !== undefined) return url;
  if (isPlain(value, secretName)) return [];
  const isSecret = (part: string): boolean =>
    part.length >= SHORTEST && !names.has(part) && !isPlain(part, secretName);
  // A value may contain JSON, for example a cloud's key file.
  const json = /^[[{]/.test(value) ? parseJson(value).value : undefined;
  if (json !== undefined)
    return [value, ...leavesOf(json).flatMap((leaf) => secretsOfLeaf(leaf, names))];
  return [value, ...partsOf(value).filter(isSecret)];
}

function isPort(key: string, value: string): boolean {
  return /port$/i.test(key) && /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
}

/** Parts that a log may show alone: a line of a block, an item of a list, the password of `user:password`. */
function partsOf(value: string): string[] {
  if (/\n/.test(value)) {
    const lines = value.split('\n').map((line) => line.trim());
    return lines.filter(
      (line) => line.length >= 8 && !/^-----|^[A-Za-z]+(?: [A-Za-z]+)*$/.test(line),
    );
  }
  const pairs = [
    ...value.matchAll(/(?:^|[;,&?\s])([\w .-]{1,40}?)\s*=\s*("[^"]*"|'[^']*'|[^;,&\s]+)/g),
  ];
  if (pairs.length > 0) {
    return pairs.flatMap(([, name = '', text = '']) =>
      hasSecretName(name) || looksRandom(text) ? [text.replaceAll(/^["']|["']$/g, '')] : [],
    );
  }
  const items = value.split(/\s*[,;|]\s*|\s+/);
  const isList = /[,;|]/.test(value);
  if (items.length > 1)
    return items.filter((item) => looksRandom(item) || (isList && item.length >= 6));
  const [, , password = ''] = /^([\w.@-]{1,60}):(.+)$/.exec(value) ?? [];
  return password ? [password] : [];
}

/** The password of a URL, and random parts of its path and query, as webhooks and signed links have them. */
function urlSecrets(value: string): string[] | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(value)) return undefined;
  const [, user = '', password = ''] = /^[^:]+:\/\/([^\s/@:]*):(.*)@[^@/?#]*/.exec(value) ?? [];
  if (!URL.canParse(value))
    return password ? [value, password, percentDecoded(password)] : undefined;
  const url = new URL(value);
  const query = [...url.searchParams].flatMap(([key, text]) =>
    hasSecretName(key) || looksRandom(text) ? [text] : [],
  );
  const path = url.pathname.split('/').filter((part) => looksRandom(part));
  const name = user || url.username;
  // Some addresses have a token as their user name.
  const login = looksRandom(name) || (url.password === '' && !isPlain(name, true)) ? [name] : [];
  const parts = [url.password, password, ...login, ...query, ...path];
  const secrets = [...new Set(parts.flatMap((part) => [part, percentDecoded(part)]))].filter(
    (part) => part.length >= SHORTEST && !isPlain(part, true),
  );
  return secrets.length === 0 ? [] : [value, ...secrets];
}

/** At least 16 letters and digits with high entropy: keys have about 4 bits per character. */
export function looksRandom(value: string): boolean {
  if (!/^[\w+/=.~-]{16,}$/.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // Short words and numbers are not random: `gpt-4o-mini-2024-07-18`, `eu-central-1.example.com`.
  const parts = value.split(/[-_./+]/);
  const wordy = parts.every((part) =>
    /^(?:[A-Za-z]{0,12}|\d{0,8}|[a-z]{1,4}\d{1,3}[a-z]?|\d{1,3}[a-z]{1,3})$/.test(part),
  );
  return !wordy && entropy(value) >= 3;
}

/** The entropy in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}
