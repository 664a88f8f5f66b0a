// Reads a value at a dotted path of parsed JSON, such as `signals[0].symbol`.
/** The value at `services.performance` or `signals[0].symbol`; undefined if missing. */
export function atPath(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter(Boolean)) {
    if (typeof current !== 'object' || current === null) return undefined;
    // Own properties only: `constructor` is not part of an answer.
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}
