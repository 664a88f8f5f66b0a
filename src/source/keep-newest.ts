// Limits a map of remembered answers: deletes the oldest entry when there are too many.

/** Sets `key`, then deletes the oldest entry if there are more than `most`, so that the map does not grow forever. */
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
