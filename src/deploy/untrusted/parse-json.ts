// Reads JSON that others wrote, and the value at a path in it.

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns the value at a path such as `services.performance` or `signals[0].symbol`; undefined if missing. */
export function atPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter(Boolean)) {
    if (typeof current !== 'object' || current === null) return undefined;
    // Only own properties: an inherited one, such as `constructor`, is not in the JSON.
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}
