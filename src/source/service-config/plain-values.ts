// Decides which config values cannot be secrets, by their form: dates, hosts, paths, words.
import { isIP } from 'node:net';
import { isOrdinaryWord } from './ordinary-words.ts';
import { placeholderKind } from './placeholders.ts';

/** Names of keys with secrets: of the last part of a dotted key, and (SECRET_LIST) of the parts before it. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase|code)|pwd|secret|credential|(?:api|access|private|signing|encryption|auth|master|service)_?key|token|bearer)s?(?:_?\d+)?$|(?:^|_)(?:pass|auth|salt|dsn|webhook|signature|cert|pin|otp|mnemonic)(?:_?\d+)?$/;
const SECRET_LIST = /(?:secret|credential|token|password|passwd|api_?key)s?$/;

/** Whether a key is named like a secret: true for `DBPassword`, `aws.secretKey`, `API_TOKENS.0` and `secrets.mail`. */
export function hasSecretName(key: string): boolean {
  const parts = key
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/\.\d+(?=\.|$)/g, '')
    .replaceAll(/[ -]/g, '_')
    .split('.');
  const last = parts.pop() ?? '';
  return SECRET_NAME.test(last) || parts.some((part) => SECRET_LIST.test(part));
}

const SHAPES: readonly RegExp[] = [
  // Times, dates, durations, sizes, percentages, versions.
  /^\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?$/,
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/,
  /^(?:\d{1,6}(?:\.\d{1,3})? ?(?:ns|us|µs|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|[KMGTP]i?B?|[kmgt]b?|%)){1,3}$/,
  /^[v^~=<>]{0,2}\d{1,4}(?:\.\d{1,4}){1,3}(?:[-+.]?(?:alpha|beta|rc|dev|post|build|a|b)[.-]?\d{0,4}){0,2}$/,
  // Locales, media types, cron, log formats, e-mail domains.
  /^[a-z]{2}_[A-Z]{2}(?:\.[A-Za-z]+-?\d*)?$/,
  /^(?:application|audio|font|image|multipart|text|video)\/[a-z+.-]{1,40}$/,
  /^(?:[\d*/,-]+ ){4}[\d*/,-]+$/,
  // Algorithms, encodings, protocols.
  /^(?:sha|sha3|md|aes|utf|iso|hs|rs|es|ps|ed|tls|ssl|http|ipv|base|x)[-_v/]?\d{1,4}(?:[-_.]\d{1,3})?$/i,
  // Variables that the service expands itself.
  /^(?:\$\{?[A-Z][A-Z0-9_]*\}?|env:[A-Z][A-Z0-9_]*)$/,
];

/** Whether a value is no secret, by its form. If its key has a secret's name (`secretName`), accepts fewer forms. */
export function isPlain(text: string, secretName: boolean): boolean {
  const value = text.trim();
  if (value === '' || isShortNumber(value) || placeholderKind(value) !== undefined) return true;
  if (isOrdinaryWord(value)) return value.length < 8 || !secretName;
  if (isAddress(value)) return !secretName || isIP(value) !== 0 || value === 'localhost';
  if (isPath(value)) return !secretName || (value.match(/\//g) ?? []).length > 1;
  if (secretName) return false;
  return isRound(value) || SHAPES.some((shape) => shape.test(value)) || isName(value);
}

/** A number with fewer than five digits, not counting leading zeros. */
function isShortNumber(value: string): boolean {
  if (!/^[+-]?\d[\d_]*(?:\.\d*)?(?:e[+-]?\d{1,2})?$/i.test(value)) return false;
  const digits = value.replace(/e.*$/i, '').replaceAll(/\D/g, '');
  return digits.replace(/^0+(?=\d{4})/, '').length < 5 && digits.length < 9;
}

/** Whether a number is a usual limit or time, such as 30000, 65536 or 86400. */
function isRound(value: string): boolean {
  if (!/^\d{5,15}$/.test(value)) return false;
  const number = Number(value);
  const power = number >= 4_096 && Number.isInteger(Math.log2(number));
  return /^\d{1,2}0+$/.test(value) || power || /^(?:86400|604800|31536000|86400000)$/.test(value);
}

/** A host name with or without a port, an IP address, or a network. */
function isAddress(value: string): boolean {
  const [, host = value] = /^(.+?)(?::\d{1,5}|\/\d{1,3})$/.exec(value) ?? [];
  if (isIP(host.replaceAll(/^\[|\]$/g, '')) !== 0 || isIP(value) !== 0) return true;
  if (host !== value && (isOrdinaryWord(host) || isName(host)) && /:\d+$/.test(value)) return true;
  if (host === 'localhost') return true;
  const labels = host.split('.');
  return (
    labels.length > 1 &&
    TOP_LEVEL_DOMAIN.test(labels.at(-1) ?? '') &&
    labels.every((label) => isLabel(label))
  );
}

/** Public and private top-level domains, so that `correct.horse.battery.staple` is not taken for a host. */
const TOP_LEVEL_DOMAIN =
  /^(?:[a-z]{2}|com|net|org|info|biz|edu|gov|mil|int|dev|app|cloud|tech|site|online|xyz|arpa|bank|exchange|finance|fund|trade|trading|markets|capital|example|test|invalid|local|localdomain|internal|intra|intranet|corp|home|lan|private|consul|svc|cluster|service|network|systems|agency|company|group|email|host|hosting|solutions|digital|studio|shop|store|blog|page|chat|zone)$/;

/** Whether a label of a host name is made of words and short numbers, so it is not random. */
function isLabel(label: string): boolean {
  if (!/^(?!-)[a-z0-9-]{1,40}(?<!-)$/.test(label)) return false;
  return label.split('-').every((part) => /^(?:[a-z]{1,20}\d{0,3}|\d{1,3}[a-z]?)$/.test(part));
}

const PART = /^(?:[a-z]{1,20}\d{0,2}|[A-Z][a-z]{1,20}|[A-Z]{1,12}|v?\d{1,4})$/;

/** A path without random parts: `/var/lib/argo/engine-2.0`, `./data`, `logs/app.log`. */
function isPath(value: string): boolean {
  if (!/^(?:~|\.{1,2})?\/|^[\w.-]+(?:\/[\w.-]+)+\/?$|^[a-z_-]{1,30}\.[a-z]{2,5}$/.test(value))
    return false;
  if (!/^[\w./~+-]+$/.test(value) || value.length > 200) return false;
  return value.split(/[/._~+-]+/).every((part) => part === '' || PART.test(part));
}

/** Up to three ordinary words and short numbers: `us-east-1`, `America/New_York`, `gpt-4o-2024-07-18`. */
function isName(value: string): boolean {
  if (ZONES.has(value)) return true;
  const parts = value
    .replace(/\b20\d\d-[01]\d-[0-3]\d\b/, '')
    .split(/[-_./: ]+/)
    .filter(Boolean);
  const words = parts.filter((part) => isOrdinaryWord(part));
  if (words.length === 0 || words.length > 3 || value.length > 40) return false;
  return parts.every(
    (part) => words.includes(part) || /^(?:v?\d{1,2}|\d[a-z]|[a-z]{1,3}\d{1,2})$/.test(part),
  );
}

const ZONES = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC']);
