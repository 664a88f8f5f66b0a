// Decides whether a service's config is valid by the rules of argo.yml: types, ranges, patterns.
import type { ConfigRule } from '../../deploy/settings/config.ts';
import { Numeric, numericOf } from '../formats/decimal.ts';
import { placeholderKind } from './placeholders.ts';
import { leavesOf, printable, textOf, type Value, valueAt } from '../formats/values.ts';
import { didYouMean } from '../../deploy/untrusted/spelling.ts';
import { type Checked, checkType, typeFix } from './config-types.ts';

export interface RuleOptions {
  /** The name of the config's file, which every problem names. */
  file: string;
  /** All values are text (.env), so `8000` passes as a number. */
  allText: boolean;
  /** For each key that the service's reader ignores, the reason. */
  ignored?: Readonly<Record<string, string>> | undefined;
}

/** `fix` is the next step. The caller adds the file's name: `add massive.api_key to`. */
export interface BrokenRule {
  text: string;
  fix?: string;
}

/** One problem for each broken rule. Problems contain no value, so they can be shown. */
export function checkRules(
  config: Value,
  rules: readonly ConfigRule[],
  options: RuleOptions,
): BrokenRule[] {
  return rules.flatMap((rule) => {
    const { key } = rule;
    const value = valueAt(config, key);
    const at = `${key} in ${options.file}`;
    if (value === undefined) return checkMissing(config, rule, options);
    if (value === null || value === '')
      return rule.required === true
        ? [{ text: `${at} is ${value === '' ? 'empty' : 'null'}`, fix: `set ${key} in` }]
        : [];
    if (rule.forbidden === true)
      return [{ text: `${options.file} must not set ${key}`, fix: `remove ${key} from` }];
    return checkValue({ rule, at, value }, rules, options);
  });
}

function checkValue(
  one: Checked,
  rules: readonly ConfigRule[],
  options: RuleOptions,
): BrokenRule[] {
  const { key } = one.rule;
  // A wrong type or a placeholder would also break the other rules, so the other rules are not checked.
  const wrong = [
    ...withFix(checkType(one, options), typeFix(one)),
    ...withFix(checkPlaceholder(one, rules, options), 'put the real value into'),
  ];
  if (wrong.length > 0) return wrong;
  return [
    ...withFix(
      [...checkLength(one), ...checkRange(one, options), ...checkPattern(one)],
      `correct ${key} in`,
    ),
    ...withFix(checkChoice(one), choiceFix(one.rule)),
  ].map(({ text, fix }) => ({ text: `${text}${whitespaceHint(one.value)}`, fix }));
}

function withFix(texts: readonly string[], fix: string): { text: string; fix: string }[] {
  return texts.map((text) => ({ text, fix }));
}

function choiceFix({ key, one_of: [only, ...others] = [] }: ConfigRule): string {
  return others.length > 0 ? `correct ${key} in` : `set ${key} to ${String(only)} in`;
}

/** Warnings for values that pass the rules but begin or end with white space, as a pasted key may. */
export function whitespaceWarnings(config: Value, rules: readonly ConfigRule[]): string[] {
  return rules.flatMap(({ key, forbidden }) => {
    const value = valueAt(config, key);
    return forbidden !== true && value !== undefined && whitespaceHint(value) !== ''
      ? [`${key} begins or ends with white space`]
      : [];
  });
}

/** A hint about white space at an end. A text of several lines, such as a PEM key, may end with a line break. */
function whitespaceHint(value: Value): string {
  const spaced = typeof value === 'string' && value.trim() !== value;
  return spaced && !value.trim().includes('\n') ? ' (it begins or ends with white space)' : '';
}

function checkMissing(
  config: Value,
  { key, required }: ConfigRule,
  { file, ignored = {} }: RuleOptions,
): BrokenRule[] {
  if (required !== true) return [];
  const missing = `${file} has no key ${key}`;
  if (Object.hasOwn(ignored, key)) return [{ text: `${missing}: ${ignored[key]}` }];
  const there = leavesOf(config).map((leaf) => leaf.key);
  const hint = printable(didYouMean(key, [...there, ...parentsOf(there)]), 200);
  const [, near] = /^did you mean (.*)\?$/.exec(hint) ?? [];
  if (near === undefined)
    return [{ text: `${missing}, which argo.yml requires`, fix: `add ${key} to` }];
  const fix = /, | or /.test(near) ? `add ${key} to` : `rename ${near} to ${key} in`;
  return [{ text: `${missing}. It has ${near}, which may be a misspelling`, fix }];
}

function parentsOf(keys: readonly string[]): string[] {
  return [...new Set(keys.map((key) => key.split('.').slice(0, -1).join('.')))].filter(Boolean);
}

/** A problem for each placeholder in a required value, also in an object such as `{ api_key: CHANGEME }`. */
function checkPlaceholder(
  { rule, value }: Checked,
  rules: readonly ConfigRule[],
  { file }: RuleOptions,
): string[] {
  if (!(rule.not_placeholder ?? rule.required === true)) return [];
  return leavesOf(value).flatMap(({ key, value: leaf }) => {
    const kind = typeof leaf === 'string' ? placeholderKind(leaf) : undefined;
    const name = key === '' ? rule.key : `${rule.key}.${key}`;
    if (kind === undefined || typeof leaf !== 'string') return [];
    const own = rules.filter((one) => one.key === name);
    return own.some((one) => allowsLiterally(one, leaf))
      ? []
      : [`${name} in ${file} is still ${kind}`];
  });
}

/** Whether a rule allows this text literally, in its choices or its pattern. Then it is not a placeholder. */
function allowsLiterally(
  { one_of: choices, pattern, not_placeholder: asked }: ConfigRule,
  text: string,
) {
  if (asked === false || choices?.map(String).includes(text)) return true;
  if (pattern === undefined || !new RegExp(pattern, 'u').test(text)) return false;
  const literal = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\\?\$&`);
  return new RegExp(`(?:^|[\\^(|:])${literal}(?:[$)|]|$)`).test(pattern);
}

function checkLength({ rule, at, value }: Checked): string[] {
  const { length, min_length: least = 0, max_length: most = Infinity } = rule;
  const count = (Array.isArray(value) ? value : textOf(value)).length;
  const has = `${at} has ${count} ${Array.isArray(value) ? 'items' : 'characters'}`;
  return [
    ...(count !== (length ?? count) ? [`${has}, expected ${length}`] : []),
    ...(count < least ? [`${has}, expected at least ${least}`] : []),
    ...(count > most ? [`${has}, expected at most ${most}`] : []),
  ];
}

function checkRange({ rule: { min, max }, at, value }: Checked, options: RuleOptions): string[] {
  const given = options.allText && typeof value === 'string' ? numericOf(value.trim()) : value;
  if (!(given instanceof Numeric)) return [];
  const least = min === undefined ? 0 : given.compare(String(min));
  const most = max === undefined ? 0 : given.compare(String(max));
  if (least === undefined || most === undefined) return [`${at} must be a number, but is NaN`];
  return [
    ...(least < 0 ? [`${at} must be at least ${min}`] : []),
    ...(most > 0 ? [`${at} must be at most ${max}`] : []),
  ];
}

function checkPattern({ rule: { pattern }, at, value }: Checked): string[] {
  if (pattern === undefined || new RegExp(pattern, 'u').test(textOf(value))) return [];
  return [`${at} must match ${pattern}`];
}

function checkChoice({ rule: { one_of: choices }, at, value }: Checked): string[] {
  if (choices === undefined || choices.some((choice) => isChoice(choice, value))) return [];
  return [`${at} must be ${choices.map(String).join(' or ')}`];
}

/** Compares as text, so that `8000` of a .env file equals the number 8000; numbers compare by value. */
function isChoice(choice: string | number | boolean, value: Value): boolean {
  const text = textOf(value);
  if (String(choice) === text) return true;
  const given = value instanceof Numeric ? value : numericOf(text);
  const mayBeNumber = value instanceof Numeric || typeof choice === 'number';
  return (
    mayBeNumber && numericOf(String(choice)) !== undefined && given?.compare(String(choice)) === 0
  );
}
