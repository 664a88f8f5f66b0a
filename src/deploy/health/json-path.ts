/** The value at a path of parsed JSON (`services.performance`, `signals[0].symbol`), or undefined. */
export function atPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter(Boolean)) {
    if (typeof current !== 'object' || current === null) return undefined;
    // Own values only: `constructor` is nothing that a service has answered.
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}

/** Parsed JSON, or undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
