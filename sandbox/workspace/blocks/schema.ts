import { isRecord } from '../model.ts';
import type { Measure } from '../model.ts';

/** Four fifths: one longer name, one more host, and it is refused. */
const NEAR = 0.8;

/** Limits so low that being at them says nothing: a date's ten characters, two ways to trigger. */
const LOW = { characters: 20, items: 4, bytes: 0 };

/** Collects complaints the way Slack words them, each with a JSON pointer, and what came close to one. */
export class Report {
  readonly errors: string[] = [];
  readonly near: Measure[] = [];

  add(message: string, at: string): void {
    this.errors.push(`${message} [json-pointer:${at}]`);
  }

  measure(measure: Measure): void {
    const { at, used, most, unit } = measure;
    if (used < most * NEAR || used > most || most < LOW[unit]) return;
    if (!this.near.some((one) => one.at === at && one.unit === unit)) this.near.push(measure);
  }
}

export type Check = (value: unknown, at: string, report: Report) => void;
export type Fields = Record<string, Check>;

export function string(max: number, min = 0): Check {
  return (value, at, report) => {
    if (typeof value !== 'string') report.add('must provide a string', at);
    else if (value.length < min) report.add(`must be more than ${min - 1} characters`, at);
    else if (value.length > max) report.add(`must be less than ${max + 1} characters`, at);
    else report.measure({ at, used: value.length, most: max, unit: 'characters' });
  };
}

export const boolean: Check = (value, at, report) => {
  if (typeof value !== 'boolean') report.add('must be a boolean', at);
};

export function integer(min: number, max: number): Check {
  return (value, at, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) report.add('must be an integer', at);
    else if (value < min || value > max) report.add(`must be between ${min} and ${max}`, at);
  };
}

export function choice(...allowed: string[]): Check {
  return (value, at, report) => {
    if (typeof value !== 'string' || !allowed.includes(value))
      report.add(`must be a valid enum value: ${allowed.join(', ')}`, at);
  };
}

export const webAddress: Check = (value, at, report) => {
  string(3000, 1)(value, at, report);
  if (typeof value === 'string' && !/^(https?:\/\/|mailto:)[^\s]+$/.test(value))
    report.add('must be a valid URL', at);
};

export function list(item: Check, min: number, max: number): Check {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report.add('must be an array', at);
    if (value.length < min) report.add(`no fewer than ${min} items allowed`, at);
    if (value.length > max) report.add(`no more than ${max} items allowed`, at);
    report.measure({ at, used: value.length, most: max, unit: 'items' });
    value.forEach((entry, index) => item(entry, `${at}/${index}`, report));
  };
}

/** Exactly these fields: what Slack does not know, it refuses. `type` is the dispatcher's business. */
export function object(required: Fields, optional: Fields = {}): Check {
  return (value, at, report) => {
    if (!isRecord(value)) return report.add('must be an object', at);
    for (const [name, check] of Object.entries(required)) {
      if (value[name] === undefined) report.add(`missing required field: ${name}`, at);
      else check(value[name], `${at}/${name}`, report);
    }
    for (const [name, entry] of Object.entries(value)) {
      if (name === 'type' || Object.hasOwn(required, name)) continue;
      const check = Object.hasOwn(optional, name) ? optional[name] : undefined;
      if (check === undefined) report.add(`invalid additional property: ${name}`, at);
      else if (entry !== undefined) check(entry, `${at}/${name}`, report);
    }
  };
}

/** Picks the check by the value's `type`; a type that is not in the table is refused. */
export function byType(table: Fields): Check {
  return (value, at, report) => {
    if (!isRecord(value)) return report.add('must be an object', at);
    if (typeof value.type !== 'string') return report.add('missing required field: type', at);
    const check = Object.hasOwn(table, value.type) ? table[value.type] : undefined;
    if (check === undefined) return report.add(`unsupported type: ${value.type}`, `${at}/type`);
    check(value, at, report);
  };
}

export function all(...checks: Check[]): Check {
  return (value, at, report) => {
    for (const check of checks) check(value, at, report);
  };
}
