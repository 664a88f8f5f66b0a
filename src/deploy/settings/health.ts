import { z } from 'zod';
import { OneLine, Seconds, UrlPath } from './names.ts';

const JsonAssertionSchema = z.strictObject({
  path: OneLine,
  exists: z.boolean().optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});

export const SmokeSchema = z.strictObject({
  name: OneLine,
  path: UrlPath,
  status: z.int().min(100).max(599).default(200),
  json: z.array(JsonAssertionSchema).default([]),
  max_latency_ms: z.int().positive().optional(),
});
export type SmokeTest = z.infer<typeof SmokeSchema>;

export const HealthSchema = z.strictObject({
  path: UrlPath,
  /** JSON path of the status; absent: any 2xx is healthy. */
  status: OneLine.optional(),
  healthy: z.array(z.string()).default(['healthy', 'ok']),
  degraded: z.array(z.string()).default(['degraded']),
  /** JSON path of the release that answers; absent: not checked. */
  version: OneLine.optional(),
  passes: z.int().min(1).max(20).default(3),
  interval_ms: z.int().min(20).max(10_000).default(100),
  timeout_seconds: Seconds.default(60),
  request_timeout_ms: z.int().min(100).max(30_000).default(3_000),
});
