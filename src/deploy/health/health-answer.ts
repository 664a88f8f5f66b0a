// Reads the status in a health answer, and explains why it is not one of the expected values.
import { atPath, keysOf, parseJson } from '../untrusted/parse-json.ts';
import type { HttpAnswer } from '../ports/ports.ts';
import type { HealthSettings, HealthValue } from '../settings/health.ts';

/** The value at the path `health.status` of an answer, or why there is no comparable value. */
export type HealthStatus = { kind: 'value'; value: HealthValue } | { kind: 'nothing'; why: string };

/** Limits for messages, which people read on phones: number of listed keys, and characters of a value. */
const MAX_KEYS = 8;
const MAX_TEXT = 60;

/** Reads the status at `path`. The path `.` means the whole answer, which may be plain text. */
export function readStatus({ body }: HttpAnswer, path: string): HealthStatus {
  const json = parseJson(body);
  if (json === undefined) {
    const text = body.trim();
    if (text === '') return { kind: 'nothing', why: 'the answer is empty' };
    if (path === '.') return { kind: 'value', value: text };
    return {
      kind: 'nothing',
      why: `the answer is not JSON, it begins with ${JSON.stringify(text.slice(0, MAX_TEXT))}`,
    };
  }
  const value = atPath(json, path);
  if (value === undefined) return { kind: 'nothing', why: missing(json, path) };
  if (isValue(value)) return { kind: 'value', value };
  return { kind: 'nothing', why: `${nameOf(path)} is ${kindOf(value)}` };
}

/** Compares type and case: `true` is not "true", and OK is not ok. */
export function isOneOf(said: HealthStatus, wanted: readonly HealthValue[]): boolean {
  return said.kind === 'value' && wanted.includes(said.value);
}

/** Describes a status that is not healthy: `status is "OK", expected "ok" or true`. */
export function describeUnexpected(
  said: HealthStatus,
  { status = '.', healthy }: HealthSettings,
): string {
  const expected = healthy.map(shown).join(' or ');
  if (said.kind === 'nothing') return `${said.why}; expected ${nameOf(status)} to be ${expected}`;
  const { value } = said;
  const alike = healthy.find((one) => String(one).toLowerCase() === String(value).toLowerCase());
  const why =
    alike === undefined
      ? ''
      : typeof alike === typeof value
        ? ' (capital letters count)'
        : ` (a ${typeof value} is not a ${typeof alike})`;
  return `${describeStatus(said, status)}, expected ${expected}${why}`;
}

/** Describes a status: `status is "degraded"`. */
export function describeStatus(said: HealthStatus & { kind: 'value' }, path: string): string {
  return `${nameOf(path)} is ${shown(said.value)}`;
}

/** Names the first part of the path that is missing, and the keys that are there instead. */
function missing(json: unknown, path: string): string {
  const keys = keysOf(path);
  const depth = keys.findIndex(
    (_, index) => atPath(json, keys.slice(0, index + 1).join('.')) === undefined,
  );
  const above = keys.slice(0, depth).join('.');
  const parent = atPath(json, above);
  const wanted = keys.slice(0, depth + 1).join('.');
  const where = above === '' ? 'it' : above;
  return `no "${wanted}" in the answer; ${where} ${contents(parent)}`;
}

function contents(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return `is ${isValue(value) ? shown(value) : kindOf(value)}`;
  if (Array.isArray(value)) return `is ${kindOf(value)}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'is an empty object';
  const more = keys.length > MAX_KEYS ? `, and ${keys.length - MAX_KEYS} more` : '';
  const shownKeys = keys.slice(0, MAX_KEYS).map((key) => key.slice(0, 30));
  return `has ${shownKeys.join(', ')}${more}`;
}

function isValue(value: unknown): value is HealthValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function shown(value: HealthValue): string {
  return JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_TEXT) : value);
}

function nameOf(path: string): string {
  return path === '.' ? 'the answer' : path;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return 'an object';
}
