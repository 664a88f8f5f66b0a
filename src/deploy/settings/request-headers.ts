// Decides which headers a health request may carry, and which header values are secret.
import { z } from 'zod';

/** Headers that the connection itself sets. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/, 'use the name of a header')
  .refine((name) => name.toLowerCase() !== 'host', 'is set by health.host, once')
  .refine((name) => !OURS.has(name.toLowerCase()), 'is decided by the connection; leave it out');

const HeaderValue = z
  .string()
  .max(4_096)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'use one line of plain characters');

export const RequestHeadersSchema = z
  .record(HeaderName, HeaderValue)
  .refine((headers) => {
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    return new Set(names).size === names.length && names.length <= 30;
  }, 'names a header twice (capital letters do not count), or more than 30')
  .default({});

/** `engine.example`, `engine.example:8443`, `[::1]:8000`. */
export const HostHeader = z
  .string()
  .max(260)
  .regex(
    /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
    'use the name of a host, with :port if the service wants one; no http:// and no path',
  );

/** Words, numbers, addresses and media types: masking them would make logs unreadable. */
const PUBLIC =
  /^(?:[A-Za-z]{1,12}|\d{1,4}|(?:https?:\/\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?\/?|[\w.+*-]+\/[\w.+*-]+)$/;

/** Header values to mask: tokens, with or without the name of their scheme. */
export function secretHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers)
    .flatMap((value) => [value, ...value.split(/[\s,;=]+/)])
    .filter((value) => value.length >= 8 && !PUBLIC.test(value));
}
