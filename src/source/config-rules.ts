import type { ConfigRule } from '../deploy/ports.ts';
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
    // A value of the wrong kind would fail every other rule too.
    const wrong = checkType(rule, value, options);
    if (wrong.length > 0) return wrong;
    return [...checkLength(rule, value), ...checkPattern(rule, value), ...checkChoice(rule, value)];
  });
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
  if (rule.type === undefined) return [];
  const found = typeOf(value);
  if (found === rule.type) return [];
  if (options.allText && typeof value === 'string' && readsAs(value, rule.type)) return [];
  return [`${rule.key} is ${article(found)}, expected ${article(rule.type)}`];
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function readsAs(value: string, type: string): boolean {
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value));
  return type === 'boolean' && /^(?:true|false|1|0|yes|no|on|off)$/i.test(value);
}

function article(type: string): string {
  if (type === 'null') return type;
  return type === 'array' || type === 'object' ? `an ${type}` : `a ${type}`;
}

function checkLength(rule: ConfigRule, value: Value): string[] {
  if (rule.length === undefined) return [];
  const wanted = rule.length;
  if (Array.isArray(value)) {
    return value.length === wanted
      ? []
      : [`${rule.key} has ${value.length} items, expected ${wanted}`];
  }
  const text = asText(value);
  if (text.length === wanted) return [];
  const blank = text.trim() === text ? '' : ' (it begins or ends with white space)';
  return [`${rule.key} has ${text.length} characters, expected ${wanted}${blank}`];
}

function checkPattern(rule: ConfigRule, value: Value): string[] {
  if (rule.pattern === undefined) return [];
  const pattern = compiled(rule.pattern);
  if (pattern === undefined)
    return [`the pattern for ${rule.key} in argo.yml is not a regular expression`];
  const text = asText(value);
  return pattern.test(text) ? [] : [`${rule.key} does not match ${rule.pattern}`];
}

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
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
