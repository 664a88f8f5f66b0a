import type { ConfigRule } from '../deploy/settings/config-rule.ts';
import { placeholderKind } from './config/placeholders.ts';
import { leavesOf, valueAt } from './config/values.ts';
import type { Value } from './config/values.ts';
import { didYouMean } from './nearest.ts';

export interface RuleOptions {
  /** In a .env file everything is text: `8000` is a number there. */
  allText: boolean;
}

/** What the rules have against a config; never with a value, so that it can be shown. */
export function checkRules(
  config: Value,
  rules: readonly ConfigRule[],
  options: RuleOptions,
): string[] {
  return rules.flatMap((rule) => {
    const value = valueAt(config, rule.key);
    if (value === undefined || value === null || value === '') return absent(config, rule, value);
    if (rule.forbidden === true) return [`${rule.key} is set, but must not be in this config`];
    // A value of the wrong kind would fail every other rule too, and so would a placeholder.
    const wrong = [...checkType(rule, value, options), ...checkPlaceholder(rule, value)];
    if (wrong.length > 0) return wrong;
    return [
      ...checkLength(rule, value),
      ...checkRange(rule, value, options),
      ...checkPattern(rule, value),
      ...checkChoice(rule, value),
    ].map((problem) => `${problem}${edges(value)}`);
  });
}

/** Of values that pass all the same: a key pasted with its line break is refused by its provider. */
export function spacedOut(config: Value, rules: readonly ConfigRule[]): string[] {
  return rules.flatMap(({ key, forbidden }) => {
    const value = valueAt(config, key);
    return forbidden !== true && value !== undefined && edges(value) !== ''
      ? [`${key} begins or ends with white space`]
      : [];
  });
}

/** A block of several lines, such as a PEM key, ends with a line break as it should. */
function edges(value: Value): string {
  const spaced = typeof value === 'string' && value.trim() !== value;
  return spaced && !value.trim().includes('\n') ? ' (it begins or ends with white space)' : '';
}

function absent(config: Value, rule: ConfigRule, value: Value | undefined): string[] {
  if (rule.required !== true) return [];
  if (value === '') return [`${rule.key} is empty`];
  if (value === null) return [`${rule.key} is null`];
  const there = leavesOf(config).map(({ key }) => key);
  const hint = didYouMean(rule.key, [...there, ...parentsOf(there)]);
  return [`${rule.key} is missing${hint && `: ${hint}`}`];
}

function parentsOf(keys: readonly string[]): string[] {
  return [...new Set(keys.map((key) => key.split('.').slice(0, -1).join('.')))].filter(Boolean);
}

function checkType(rule: ConfigRule, value: Value, options: RuleOptions): string[] {
  const ranged = rule.min !== undefined || rule.max !== undefined;
  const wanted = rule.type ?? (ranged ? 'number' : undefined);
  const found = typeOf(value);
  if (wanted === undefined || found === wanted) return [];
  if (wanted === 'integer' && typeof value === 'number') {
    return Number.isInteger(value) ? [] : [`${rule.key} is not a whole number`];
  }
  if (options.allText && typeof value === 'string' && readsAs(value, wanted)) return [];
  return [`${rule.key} is ${article(found)}, expected ${article(wanted)}`];
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function readsAs(value: string, type: string): boolean {
  if (type === 'integer') return /^[+-]?\d+$/.test(value.trim());
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  return type === 'boolean' && /^(?:true|false|1|0|yes|no|on|off)$/i.test(value);
}

function article(type: string): string {
  if (type === 'null') return type;
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Of a required object every text in it counts: `{ api_key: CHANGEME }` is no config. */
function checkPlaceholder(rule: ConfigRule, value: Value): string[] {
  if (!(rule.not_placeholder ?? rule.required === true)) return [];
  return leavesOf(value).flatMap(({ key, value: leaf }) => {
    const kind = typeof leaf === 'string' ? placeholderKind(leaf) : undefined;
    const name = key === '' ? rule.key : `${rule.key}.${key}`;
    return kind === undefined ? [] : [`${name} is still ${kind}, not a value`];
  });
}

function checkLength(rule: ConfigRule, value: Value): string[] {
  const { key, length, min_length: least, max_length: most } = rule;
  const measured = Array.isArray(value) ? value : asText(value);
  const count = measured.length;
  const has = `${key} has ${count} ${Array.isArray(value) ? 'items' : 'characters'}`;
  return [
    ...(length !== undefined && count !== length ? [`${has}, expected ${length}`] : []),
    ...(least !== undefined && count < least ? [`${has}, expected at least ${least}`] : []),
    ...(most !== undefined && count > most ? [`${has}, expected at most ${most}`] : []),
  ];
}

function checkRange({ key, min, max }: ConfigRule, value: Value, options: RuleOptions): string[] {
  const given = options.allText && typeof value === 'string' ? Number(value) : value;
  if (typeof given !== 'number') return [];
  return [
    ...(min !== undefined && given < min ? [`${key} is less than ${min}`] : []),
    ...(max !== undefined && given > max ? [`${key} is more than ${max}`] : []),
  ];
}

function checkPattern({ key, pattern }: ConfigRule, value: Value): string[] {
  if (pattern === undefined || new RegExp(pattern, 'u').test(asText(value))) return [];
  return [`${key} does not match ${pattern}`];
}

function checkChoice(rule: ConfigRule, value: Value): string[] {
  const choices = rule.one_of?.map(String);
  // As text, so that `8000` of a .env file is the 8000 of the rule.
  if (choices === undefined || choices.includes(asText(value))) return [];
  return [`${rule.key} is none of ${choices.join(', ')}`];
}

function asText(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
