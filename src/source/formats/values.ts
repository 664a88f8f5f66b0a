// Describes the values of a parsed config, and finds one by its dotted key.
import { Numeric } from './decimal.ts';

/** A parsed config. Objects have no prototype, and numbers keep their notation. */
export type Value = string | Numeric | boolean | null | Value[] | { [key: string]: Value };

export interface Parsed {
  value: Value | undefined;
  /** Syntax errors and duplicate keys. They contain no value of the config. */
  problems: string[];
  /** Differences to other readers of the format. They contain no value of the config. */
  warnings?: string[];
  /** The value in YAML 1.2. Config fingerprints are made of it, so that another YAML version does not change them. */
  asWritten?: Value;
  /** For each key that the service's reader ignores, the reason. */
  ignored?: Record<string, string>;
  /** The next step if there is only one problem. The caller adds the file's name: `remove one of the two from`. */
  fix?: string | undefined;
}

function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Numeric)
  );
}

export function isNested(value: Value): boolean {
  return Array.isArray(value) || isObject(value);
}

export interface Leaf {
  /** The dotted key: `massive.api_key`, `hosts.0.name`. */
  key: string;
  value: string | Numeric | boolean | null | [] | Record<string, never>;
}

/** All values that contain no other value. Empty lists and objects are among them. */
export function leavesOf(value: Value, key = ''): Leaf[] {
  if (value instanceof Numeric) return [{ key, value }];
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) {
    if (Array.isArray(value)) return [{ key, value: [] }];
    if (isObject(value)) return key === '' ? [] : [{ key, value: {} }];
    return [{ key, value }];
  }
  return entries.flatMap(([name, inner]) => leavesOf(inner, key === '' ? name : `${key}.${name}`));
}

/** The value at a dotted key. `a.b` is the key `b` in `a`, or a key with a dot in its name. */
export function valueAt(value: Value | undefined, key: string): Value | undefined {
  if (Array.isArray(value)) {
    const [first = '', ...rest] = key.split('.');
    const item = /^\d+$/.test(first) ? value[Number(first)] : undefined;
    return rest.length === 0 ? item : valueAt(item, rest.join('.'));
  }
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, key)) return value[key];
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
    const own = key.slice(0, dot);
    const found = Object.hasOwn(value, own) ? valueAt(value[own], key.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The text of a value: a string unchanged, a number as written, and lists and objects as JSON. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : jsonOf(value);
}

function jsonOf(value: Value): string {
  if (value instanceof Numeric) return value.written;
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}:${jsonOf(one)}`,
  );
  return `{${entries.join(',')}}`;
}

/** A key of the file for messages: at most 80 characters, without control characters. */
export function printable(key: string, most = 80): string {
  return key.replace(/\p{Cc}/gu, '?').slice(0, most);
}

/** A place in a file, counted from 1. */
interface Place {
  line: number;
  column?: number;
}

export function positionOf(text: string, offset: number): Required<Place> {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** `line 3, column 7`, counted from 1. */
export function placeOf(text: string, offset: number): string {
  const { line, column } = positionOf(text, offset);
  return `line ${line}, column ${column}`;
}

/** The problem of a key that is defined twice; continues the file's name: `has a.b twice: lines 3 and 5`. */
export function hasTwice(key: string, first: Place, again: Place): string {
  if (first.line !== again.line) return `has ${key} twice: lines ${first.line} and ${again.line}`;
  const columns =
    first.column && again.column ? `: columns ${first.column} and ${again.column}` : '';
  return `has ${key} twice in line ${first.line}${columns}`;
}

/** The fix if the only problem is one duplicate key. */
export function duplicateFix(problems: readonly string[], duplicates: number): string | undefined {
  return problems.length === 1 && duplicates === 1 ? 'remove one of the two from' : undefined;
}
