// Writes and hashes JSON with sorted keys, so that equal content gives the same text and the same digest.
import { createHash } from 'node:crypto';

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export function digestOf(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}
