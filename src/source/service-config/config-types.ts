// Decides whether a config value has the type that its rule wants, and how to correct it.
import type { ConfigRule } from '../../deploy/settings/config.ts';
import { Numeric } from '../formats/decimal.ts';
import type { Value } from '../formats/values.ts';

/** A value, its rule, and how problems name it: `massive.api_key in config.json`. */
export interface Checked {
  rule: ConfigRule;
  at: string;
  value: Value;
}

function wantedType({ type, min, max }: ConfigRule): string | undefined {
  return type ?? (min !== undefined || max !== undefined ? 'number' : undefined);
}

/** The next step. The caller adds the file's name: `write massive.paper without quotes in`. */
export function typeFix({ rule, value }: Checked): string {
  const wanted = wantedType(rule);
  if (wanted === 'string') return `write ${rule.key} in quotes in`;
  const quoted = typeof value === 'string' && wanted !== 'array' && wanted !== 'object';
  return quoted ? `write ${rule.key} without quotes in` : `correct ${rule.key} in`;
}

export function checkType({ rule, at, value }: Checked, options: { allText: boolean }): string[] {
  const wanted = wantedType(rule);
  const found = typeOf(value);
  if (wanted === undefined || found === wanted) return [];
  if (wanted === 'integer' && value instanceof Numeric) {
    return value.isWhole() ? [] : [`${at} must be a whole number`];
  }
  if (options.allText && typeof value === 'string' && readsAs(value, wanted)) return [];
  return [`${at} must be ${spoken(wanted)}, but is ${spoken(found)}`];
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Numeric) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

function readsAs(value: string, type: string): boolean {
  if (type === 'integer') return /^[+-]?\d+$/.test(value.trim());
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  return type === 'boolean' && /^(?:true|false|1|0|yes|no|on|off)$/i.test(value);
}

/** Describes a type for people who read no code. */
function spoken(type: string): string {
  const words: Record<string, string> = {
    boolean: 'true or false',
    string: 'a text',
    integer: 'a whole number',
    array: 'a list',
    object: 'a group of values',
    null: 'null',
  };
  return words[type] ?? `a ${type}`;
}
