import { isRecord } from '../model.ts';
import type { Json } from '../model.ts';
import { ApiError, refused } from './errors.ts';

/** A call's arguments, whether they came as a form (all strings) or as JSON. */
export class Args {
  readonly raw: Json;

  constructor(raw: Json) {
    this.raw = raw;
  }

  /** The same call with one argument under another name or value. */
  with(name: string, value: unknown): Args {
    return new Args({ ...this.raw, [name]: value });
  }

  optional(name: string): string | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw refused('invalid_arguments', [`must be a string [json-pointer:/${name}]`]);
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined)
      throw refused('invalid_arguments', [`missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    const value = this.optional(name);
    return value === 'true' || value === '1';
  }

  count(name: string, fallback: number, max: number): number {
    const value = this.optional(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1 || number > max)
      throw new ApiError('invalid_limit');
    return number;
  }

  /** Arrays and objects travel as JSON text in a form. */
  structure(name: string, broken = 'invalid_arguments'): unknown {
    const value = this.raw[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') return value;
    try {
      const parsed: unknown = JSON.parse(value);
      return parsed;
    } catch {
      throw refused(broken, [`must be valid json [json-pointer:/${name}]`]);
    }
  }

  record(name: string, broken?: string): Json | undefined {
    const value = this.structure(name, broken);
    if (value === undefined) return undefined;
    if (!isRecord(value))
      throw refused(broken ?? 'invalid_arguments', [`must be an object [json-pointer:/${name}]`]);
    return value;
  }
}
