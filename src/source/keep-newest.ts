/** Remembers an answer, and forgets the oldest of more than `most`: a process may run for months. */
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
