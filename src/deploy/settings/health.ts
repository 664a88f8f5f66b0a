// Describes health checks and smoke tests in argo.yml, and decides which of their headers are secret.
import { z } from 'zod';
import { HeaderName, HttpStatus, OneLine, Seconds, UrlPath, isRegExp } from './names.ts';

/** Headers that the HTTP connection sets, so argo.yml must not. */
const OURS: ReadonlySet<string> = new Set(
  'connection content-length expect keep-alive te trailer transfer-encoding upgrade'.split(' '),
);

const RequestHeader = HeaderName.max(100)
  .refine((name) => name.toLowerCase() !== 'host', 'is set by health.host, once')
  .refine((name) => !OURS.has(name.toLowerCase()), 'is decided by the connection; leave it out');

const HeaderValue = z
  .string()
  .max(4_096)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'use one line of plain characters');

const RequestHeadersSchema = z
  .record(RequestHeader, HeaderValue)
  .refine((headers) => {
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    return new Set(names).size === names.length && names.length <= 30;
  }, 'names a header twice (capital letters do not count), or more than 30')
  .default({});

/** Value of the Host header: `engine.example`, `engine.example:8443`, `[::1]:8000`. */
export const HostHeader = z
  .string()
  .max(260)
  .regex(
    /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
    'use the name of a host, with :port if the service wants one; no http:// and no path',
  );

/** Header values that are not secret (words, numbers, addresses, media types): masking them would spoil logs. */
const PUBLIC =
  /^(?:[A-Za-z]{1,12}|\d{1,4}|(?:https?:\/\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?\/?|[\w.+*-]+\/[\w.+*-]+)$/;

/** Returns the header values to mask: tokens, with and without the name of their scheme (`Bearer`). */
export function secretHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers)
    .flatMap((value) => [value, ...value.split(/[\s,;=]+/)])
    .filter((value) => value.length >= 8 && !PUBLIC.test(value));
}

const Pattern = OneLine.refine(isRegExp, 'write a regular expression');

/** Refuses an assertion without a condition, because it would always pass. */
const asksSomething = {
  error: 'say what is wanted there: exists, equals, matches, or for JSON also type, min, max',
};

const JsonAssertionSchema = z
  .strictObject({
    /** Path in the JSON answer: `services.performance`, `signals[0].symbol`; `signals.length` is a count. */
    path: OneLine,
    exists: z.boolean().optional(),
    type: z.enum(['string', 'number', 'boolean', 'object', 'array', 'null']).optional(),
    equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    matches: Pattern.optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .refine(saysMore, asksSomething);
export type JsonAssertion = z.infer<typeof JsonAssertionSchema>;

const HeaderAssertionSchema = z
  .strictObject({
    name: HeaderName,
    exists: z.boolean().optional(),
    equals: z.string().optional(),
    matches: Pattern.optional(),
  })
  .refine(saysMore, asksSomething);
export type HeaderAssertion = z.infer<typeof HeaderAssertionSchema>;

export const SmokeSchema = z
  .strictObject({
    name: OneLine,
    path: UrlPath,
    /** Only read-only methods, because a smoke test must be safe to repeat on both slots. */
    method: z.enum(['GET', 'HEAD']).default('GET'),
    status: HttpStatus.default(200),
    /** Headers that are sent in addition to health.headers and health.host. */
    request_headers: RequestHeadersSchema,
    headers: z.array(HeaderAssertionSchema).default([]),
    json: z.array(JsonAssertionSchema).default([]),
    max_latency_ms: z.int().positive().optional(),
    /** Number of retries; `interval_ms` is the time between them. */
    retries: z.int().min(0).max(20).default(0),
    interval_ms: z.int().min(20).max(10_000).default(500),
  })
  .refine(({ method, json }) => method === 'GET' || json.length === 0, {
    path: ['json'],
    error: 'an answer to HEAD has no body; use GET',
  });
export type SmokeTest = z.infer<typeof SmokeSchema>;

function saysMore(assertion: object): boolean {
  return Object.keys(assertion).length > 1;
}

const HealthValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type HealthValue = z.infer<typeof HealthValue>;

export const HealthSchema = z.strictObject({
  path: UrlPath,
  /** Headers of every health request and smoke test. */
  headers: RequestHeadersSchema,
  /** Value of the Host header; undefined: the address of the request. */
  host: HostHeader.optional(),
  /** JSON path of the status, `.` for the whole answer; absent: any 2xx is healthy. */
  status: OneLine.optional(),
  /** Statuses that mean healthy, compared by type and case: `true` is not "true", and OK is not ok. */
  healthy: z.array(HealthValue).default(['healthy', 'ok']),
  degraded: z.array(HealthValue).default(['degraded']),
  /** True if a release that reports `degraded` may go live, with a warning on the approval card. */
  allow_degraded: z.boolean().default(true),
  /** JSON path of the release's name; absent: it is not checked which release answers. */
  version: OneLine.optional(),
  passes: z.int().min(1).max(20).default(3),
  interval_ms: z.int().min(20).max(10_000).default(20),
  timeout_seconds: Seconds.default(60),
  request_timeout_ms: z.int().min(100).max(30_000).default(3_000),
});
export type HealthSettings = z.infer<typeof HealthSchema>;
