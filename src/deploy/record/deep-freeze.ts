// Freezes values that several readers share, so that a change by one reader fails instead of reaching the others.

/** Freezes a value of JSON with all that it contains, and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
