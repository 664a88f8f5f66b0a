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
  for (const key of keysOf(path)) {
    if (typeof current !== 'object' || current === null) return undefined;
    // Reads own properties only, because an inherited one, such as `constructor`, is not in the JSON.
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}

/** Splits a path into keys: `signals[0].symbol` into `signals`, `0` and `symbol`. */
export function keysOf(path: string): string[] {
  const dotted = path.replaceAll(/\[(\d+)\]/g, '.$1');
  return dotted.split('.').filter(Boolean);
}
