// Remembers answers in a map, and forgets the oldest when there are too many.

/** Sets `key`, then drops the oldest entry of more than `most`: a process may run for months. */
export function keepNewest<Value>(
  map: Map<string, Value>,
  key: string,
  value: Value,
  most = 100,
): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
