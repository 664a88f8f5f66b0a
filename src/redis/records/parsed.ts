import type { z } from 'zod';

/** What stands at a key, as its schema has it; undefined where there is nothing. */
export function parsed<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  return json === null ? undefined : schema.parse(JSON.parse(json));
}
