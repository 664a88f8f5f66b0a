import { z } from 'zod';
import { OneLine, Seconds, UrlPath } from './names.ts';
import { HostHeader, RequestHeadersSchema } from './request-headers.ts';

const Pattern = OneLine.refine(compiles, 'write a regular expression');

/** One that asks nothing would pass whatever the service answers. */
const asksSomething = {
  error: 'say what is wanted there: exists, equals, matches, or for JSON also type, min, max',
};

const JsonAssertionSchema = z
  .strictObject({
    /** `services.performance`, `signals[0].symbol`; `signals.length` counts. */
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
    name: z.string().regex(/^[A-Za-z0-9-]+$/, 'use the name of a header'),
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
    /** Nothing else: a test must be safe to repeat, on the idle slot and on what users are on. */
    method: z.enum(['GET', 'HEAD']).default('GET'),
    status: z.int().min(100).max(599).default(200),
    /** What is sent, besides what health.headers and health.host send. */
    request_headers: RequestHeadersSchema,
    headers: z.array(HeaderAssertionSchema).default([]),
    json: z.array(JsonAssertionSchema).default([]),
    max_latency_ms: z.int().positive().optional(),
    /** Further tries before it has failed, and the milliseconds between two. */
    retries: z.int().min(0).max(20).default(0),
    interval_ms: z.int().min(20).max(10_000).default(500),
  })
  .refine(({ method, json }) => method === 'GET' || json.length === 0, {
    path: ['json'],
    error: 'an answer to HEAD has no body; use GET',
  });
export type SmokeTest = z.infer<typeof SmokeSchema>;

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function saysMore(assertion: object): boolean {
  return Object.keys(assertion).length > 1;
}

const HealthValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type HealthValue = z.infer<typeof HealthValue>;

export const HealthSchema = z.strictObject({
  path: UrlPath,
  /** Headers of every question for health, and of every smoke test. */
  headers: RequestHeadersSchema,
  /** The name of the host that the service is asked by; undefined: the address that is asked. */
  host: HostHeader.optional(),
  /** JSON path of the status, `.` for the whole answer; absent: any 2xx is healthy. */
  status: OneLine.optional(),
  /** Compared as they are: `true` is not "true", and OK is not ok. */
  healthy: z.array(HealthValue).default(['healthy', 'ok']),
  degraded: z.array(HealthValue).default(['degraded']),
  /** Whether a release that says it is degraded may go live, with a warning on the card. */
  allow_degraded: z.boolean().default(true),
  /** JSON path of the release that answers; absent: not checked. */
  version: OneLine.optional(),
  passes: z.int().min(1).max(20).default(3),
  interval_ms: z.int().min(20).max(10_000).default(100),
  timeout_seconds: Seconds.default(60),
  request_timeout_ms: z.int().min(100).max(30_000).default(3_000),
});
