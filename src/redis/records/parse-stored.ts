// Parses the JSON of a Redis value by its schema.
import type { z } from 'zod';

/** Returns undefined if the key does not exist (`json` is null). Fails if the value does not match the schema. */
export function parseStored<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  return json === null ? undefined : schema.parse(JSON.parse(json));
}
