/** The value at a dotted path of parsed JSON (`services.performance`), or undefined. */
export function atPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
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
