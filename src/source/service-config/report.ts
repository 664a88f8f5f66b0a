// Collects what the rules find in a config, which values are secret, and fingerprints.
import { createHmac } from 'node:crypto';
import path from 'node:path';
import type { ConfigReading } from '../../deploy/config/config-reading.ts';
import type { ConfigReport, ConfigSource } from '../../deploy/ports/ports.ts';
import type { Disclosure } from '../../deploy/config/disclosure.ts';
import { prepareProbes } from './config-probes.ts';
import { checkRules, whitespaceWarnings } from './config-rules.ts';
import { includesPath } from '../files/required-files.ts';
import { nextFor, standInOf } from '../files/stand-ins.ts';
import { Numeric } from '../formats/decimal.ts';
import { decode } from '../formats/decode.ts';
import { formatNamed, formatOf, parseAs } from './formats.ts';
import { looksRandom, secretsOf } from './secrets.ts';
import { type Leaf, leavesOf, printable } from '../formats/values.ts';

export type Declared = Parameters<ConfigSource['read']>[2] & { key: string };

/** Limit of values in a config. A file with more is data. */
const MOST_LEAVES = 10_000;
/** Limit of secrets in one file. The redactor can hold the secrets of a few such files. */
const MOST_SECRETS = 5_000;

/** The values of a config that must be masked. Finds them even if the config cannot be parsed. */
export function secretsInConfig(file: string, content: string, disclosure?: Disclosure): string[] {
  const format = formatNamed(file) ?? 'json';
  // The two readers of .env files may see different values. Mask both.
  const dialects = format === 'env' ? (['systemd', 'dotenv'] as const) : (['dotenv'] as const);
  const found = dialects.flatMap((dialect) => {
    const { value } = parseAs(format, content, { ...USUAL, dialect });
    return value === undefined
      ? secretsInUnparsed(content, disclosure)
      : secretsOf(leavesOf(value), disclosure);
  });
  return [...new Set(found)].slice(0, MOST_SECRETS);
}

/** Keyed hashes of the values by dotted key. Empty if the content cannot be parsed or has too many values. */
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

/** How a config is read if argo.yml does not say. */
const USUAL: ConfigReading = {
  yaml: '1.2',
  dialect: 'dotenv',
  declared: false,
  // Accept NaN in JSON, so that a config on a host that contains it still has fingerprints.
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
  const refused = (problems: string[], secrets: string[] = [], fix?: string): ConfigReport => ({
    ...nothing,
    content,
    problems,
    ...(problems.length === 1 ? { fix } : {}),
    secrets,
  });
  const standIn = standInOf(content);
  if (standIn) {
    const meant = reading.encrypted.some((one) =>
      reading.names.some((own) => includesPath(one, own)),
    );
    return meant && standIn.kind === 'ciphertext'
      ? encryptedReport(content, `${name} is ${standIn.what}, so its rules were not checked`, key)
      : refused([`${name} is ${standIn.what}. ${nextFor(standIn, name).replaceAll('`', '')}`]);
  }
  const format = formatOf(full);
  const decoded = decode(content, format);
  const parsed = parseAs(format, decoded.text, reading);
  const { value, asWritten = value } = parsed;
  if (value === undefined || asWritten === undefined) {
    const problems = decoded.text === '' && decoded.problems.length > 0 ? [] : parsed.problems;
    const faults = placed([...decoded.problems, ...problems]);
    const fix = parsed.fix ?? lineFix(problems[0]);
    return refused(faults, secretsInUnparsed(decoded.text, disclosure), fix);
  }
  const leaves = leavesOf(value);
  if (leaves.length > MOST_LEAVES) {
    const many = `has ${leaves.length} values (limit ${MOST_LEAVES}); keep data out of the config`;
    const secrets = secretsOf(leaves.slice(0, MOST_LEAVES), disclosure).slice(0, MOST_SECRETS);
    return refused(placed([many]), secrets);
  }
  const broken = checkRules(value, rules, {
    file: name,
    allText: format === 'env',
    ignored: parsed.ignored,
  });
  // If a rule is broken, build no probes, because the config is refused anyway.
  const tried = broken.length > 0 ? undefined : prepareProbes(value, probes, name);
  const faults = placed([...decoded.problems, ...parsed.problems]);
  const problems = [...faults, ...broken.map(({ text }) => text), ...(tried?.problems ?? [])];
  return {
    content,
    problems,
    ...(problems.length === 1 ? { fix: parsed.fix ?? broken[0]?.fix } : {}),
    warnings: [
      ...capped(placed([...decoded.warnings, ...(parsed.warnings ?? [])])),
      ...(broken.length > 0
        ? []
        : [...whitespaceWarnings(value, rules), ...loneSurrogates(leaves)]),
    ],
    fingerprints: fingerprintsOf(leavesOf(asWritten), key),
    secrets: secretsOf(leaves, disclosure),
    probes: problems.length > 0 ? [] : (tried?.requests ?? []),
    ...(format === 'env' ? { dialect: reading.dialect } : {}),
  };
}

/** The next step for a problem that begins with its line. The caller adds the file's name: `correct line 3 of`. */
function lineFix(problem = ''): string | undefined {
  const [, line] = /^line (\d+)\b/.exec(problem) ?? [];
  return line === undefined ? undefined : `correct line ${line} of`;
}

/** At most 8 warnings, so that the approval card stays short. */
function capped(warnings: string[]): string[] {
  const more = warnings.length - 8;
  return more > 0 ? [...warnings.slice(0, 8), `… and ${more} more of its lines`] : warnings;
}

/** The report on ciphertext that the service decrypts itself: one fingerprint of the whole file. */
function encryptedReport(content: Buffer, warning: string, key: string): ConfigReport {
  const leaf = { key: 'the whole file', value: content.toString('latin1') };
  const fingerprints = fingerprintsOf([leaf], key);
  return { ...nothing, content, problems: [], warnings: [warning], fingerprints, secrets: [] };
}

/** Warnings for texts such as `"\\ud800"`: readers accept them, but the service fails to send or store them. */
function loneSurrogates(leaves: readonly Leaf[]): string[] {
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

/** All texts that may be secrets in a file that cannot be parsed. */
function secretsInUnparsed(text: string, disclosure?: Disclosure): string[] {
  const pairs = [...text.matchAll(PAIR)].map(([, key = '', value = '']) => ({ key, value }));
  const words = text.split(/[\s"',=:{}[\]]+/).filter((word) => looksRandom(word));
  return [...new Set([...secretsOf(pairs, disclosure), ...words])];
}
