import { Numeric } from './decimal.ts';

/** A config as read: plain data, objects without a prototype, numbers as written. */
export type Value = string | Numeric | boolean | null | Value[] | { [key: string]: Value };

export interface Parsed {
  value: Value | undefined;
  /** Why it cannot be used, or not safely: syntax, duplicate keys. Never with a value of the config. */
  problems: string[];
  /** What a reader other than the service's takes otherwise, or refuses. Never with a value either. */
  warnings?: string[];
  /** What fingerprints are made of, where that is not the value: how it is written, whoever reads it. */
  asWritten?: Value;
  /** By key, why what stands in the file is nothing to the service. */
  ignored?: Record<string, string>;
}

function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Numeric)
  );
}

/** A list or an object: it has no text of its own. */
export function isNested(value: Value): boolean {
  return Array.isArray(value) || isObject(value);
}

export interface Leaf {
  /** `massive.api_key`, `hosts.0.name`. */
  key: string;
  value: string | Numeric | boolean | null | [] | Record<string, never>;
}

/** Every value that holds no other, by its dotted key. */
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

/** `a.b` is b in a, or a key that has the dot in its name. */
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

/** As a rule sees it: text as it is, numbers as written, lists and objects as JSON. */
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

/** A key of the file as it may stand in a message. */
export function printable(key: string): string {
  return key.replace(/\p{Cc}/gu, '?').slice(0, 80);
}

/** 1-based, as editors show it. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `line ${before.split('\n').length}, column ${offset - before.lastIndexOf('\n')}`;
}
