// Decides what is wrong with a config, what of it is secret, and how its values are told apart; runs in a thread.
import { createHmac } from 'node:crypto';
import path from 'node:path';
import type { ConfigReading } from '../../deploy/config/config-reading.ts';
import type { ConfigReport, ConfigSource } from '../../deploy/ports/ports.ts';
import type { Disclosure } from '../../deploy/config/disclosure.ts';
import { prepareProbes } from './config-probes.ts';
import { checkRules, spacedOut } from './config-rules.ts';
import { takesIn } from '../files/required-files.ts';
import { standInOf } from '../files/stand-ins.ts';
import { Numeric } from '../formats/decimal.ts';
import { decode } from '../formats/decode.ts';
import { formatNamed, formatOf, parseAs } from './formats.ts';
import { looksRandom, secretsOf } from './secrets.ts';
import { leavesOf, printable } from '../formats/values.ts';
import type { Leaf } from '../formats/values.ts';

export type Declared = Parameters<ConfigSource['read']>[2] & { key: string };

/** More values than this are data and no config; each one costs the bot and Slack. */
export const MOST_LEAVES = 10_000;
/** So many are hidden of one file; the redactor has room for a few such files. */
const MOST_SECRETS = 5_000;

/** What must be hidden of a config of that name, however broken it is. */
export function secretsInConfig(file: string, content: string, disclosure?: Disclosure): string[] {
  const format = formatNamed(file) ?? 'json';
  // A .env file has two readers: what either of them takes is secret.
  const dialects = format === 'env' ? (['systemd', 'dotenv'] as const) : (['dotenv'] as const);
  const found = dialects.flatMap((dialect) => {
    const { value } = parseAs(format, content, { ...USUAL, dialect });
    return value === undefined
      ? strayStrings(content, disclosure)
      : secretsOf(leavesOf(value), disclosure);
  });
  return [...new Set(found)].slice(0, MOST_SECRETS);
}

/** Key → fingerprint; empty where the content cannot be read or is no config. */
export function fingerprintsInConfig(
  file: string,
  content: string,
  { dialect = 'dotenv', key }: { dialect: ConfigReading['dialect'] | undefined; key: string },
): Record<string, string> {
  const parsed = parseAs(formatNamed(file) ?? 'json', content, { ...USUAL, dialect });
  const { value, asWritten = value } = parsed;
  const leaves = asWritten === undefined ? [] : leavesOf(asWritten);
  return leaves.length > MOST_LEAVES ? {} : fingerprintsOf(leaves, key);
}

/** How a config is read where nothing is declared. */
const USUAL: ConfigReading = {
  yaml: '1.2',
  dialect: 'dotenv',
  declared: false,
  // NaN is no reason to know nothing of a file on a host.
  python: true,
  names: [],
  encrypted: [],
};

const nothing = { warnings: [], fingerprints: {}, probes: [] };

export function reportOn(
  full: string,
  content: Buffer,
  { rules, probes, disclosure, key, reading = { ...USUAL, python: false } }: Declared,
): ConfigReport {
  const name = path.basename(full);
  const placed = (lines: readonly string[]): string[] => lines.map((line) => `${name} ${line}`);
  const standIn = standInOf(content);
  if (standIn) {
    const meant = reading.encrypted.some((one) => reading.names.some((own) => takesIn(one, own)));
    return meant && standIn.kind === 'ciphertext'
      ? unread(content, `${name} is ${standIn.what}, so its rules were not checked`, key)
      : {
          ...nothing,
          content,
          secrets: [],
          problems: [`${name} is ${standIn.what}. ${standIn.next}`],
        };
  }
  const format = formatOf(full);
  const decoded = decode(content, format);
  const parsed = parseAs(format, decoded.text, reading);
  const { value, asWritten = value } = parsed;
  if (value === undefined || asWritten === undefined) {
    const problems = decoded.text === '' && decoded.problems.length > 0 ? [] : parsed.problems;
    const faults = placed([...decoded.problems, ...problems]);
    return {
      ...nothing,
      content,
      problems: faults,
      secrets: strayStrings(decoded.text, disclosure),
    };
  }
  const leaves = leavesOf(value);
  if (leaves.length > MOST_LEAVES) {
    const many = `has ${leaves.length} values (limit ${MOST_LEAVES}); keep data out of the config`;
    const secrets = secretsOf(leaves.slice(0, MOST_LEAVES), disclosure).slice(0, MOST_SECRETS);
    return { ...nothing, content, problems: placed([many]), secrets };
  }
  const broken = checkRules(value, rules, { allText: format === 'env', ignored: parsed.ignored });
  // A key that breaks a rule is wrong already; nobody is asked about it.
  const tried = broken.length > 0 ? undefined : prepareProbes(value, probes);
  const faults = placed([...decoded.problems, ...parsed.problems]);
  const problems = [...faults, ...broken, ...(tried?.problems ?? [])];
  return {
    content,
    problems,
    warnings: [
      ...capped(placed([...decoded.warnings, ...(parsed.warnings ?? [])])),
      ...(broken.length > 0 ? [] : [...spacedOut(value, rules), ...halfCharacters(leaves)]),
    ],
    fingerprints: fingerprintsOf(leavesOf(asWritten), key),
    secrets: secretsOf(leaves, disclosure),
    probes: problems.length > 0 ? [] : (tried?.requests ?? []),
    ...(format === 'env' ? { dialect: reading.dialect } : {}),
  };
}

/** A card is no list: a file full of the same thing is one fact. */
function capped(warnings: string[]): string[] {
  const more = warnings.length - 8;
  return more > 0 ? [...warnings.slice(0, 8), `… and ${more} more of its lines`] : warnings;
}

/** Ciphertext that the service decrypts itself: that it changed is all that can be told. */
function unread(content: Buffer, warning: string, key: string): ConfigReport {
  const leaf = { key: 'the whole file', value: content.toString('latin1') };
  const fingerprints = fingerprintsOf([leaf], key);
  return { ...nothing, content, problems: [], warnings: [warning], fingerprints, secrets: [] };
}

/** `"\\ud800"` is read by all, and fails where the service sends or stores it. */
function halfCharacters(leaves: readonly Leaf[]): string[] {
  return leaves
    .filter(({ value }) => typeof value === 'string' && !value.isWellFormed())
    .map(
      ({ key }) =>
        `${printable(key)} has half of a character (\\ud800 to \\udfff alone), which no UTF-8 can carry`,
    );
}

function fingerprintsOf(leaves: readonly Leaf[], key: string): Record<string, string> {
  const hex = (text: string, length: number): string =>
    createHmac('sha256', key).update(text).digest('hex').slice(0, length);
  return Object.fromEntries(
    leaves.map(({ key: name, value }) => [
      name,
      value instanceof Numeric
        ? `${hex(`${name}\0${value.canonical()}`, 8)}+${hex(`${name}\0written\0${value.written}`, 4)}`
        : hex(`${name}\0${JSON.stringify(value)}`, 8),
    ]),
  );
}

const PAIR = /["']?([\w.-]+)["']?[ \t]*[:=][ \t]*["']?([^"'\n,{}[\]]{4,})/g;

/** Of a file that cannot be read as a whole: every text that may be a secret, so that none gets out. */
function strayStrings(text: string, disclosure?: Disclosure): string[] {
  const pairs = [...text.matchAll(PAIR)].map(([, key = '', value = '']) => ({ key, value }));
  const words = text.split(/[\s"',=:{}[\]]+/).filter((word) => looksRandom(word));
  return [...new Set([...secretsOf(pairs, disclosure), ...words])];
}
