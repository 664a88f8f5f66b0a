// Converts a memory size of systemd, such as `2G`, to whole megabytes.
const UNITS: Record<string, number> = {
  K: 1 / 1_024,
  M: 1,
  G: 1_024,
  T: 1_024 ** 2,
  P: 1_024 ** 3,
  E: 1_024 ** 4,
};

/** `2G`, or bytes without a letter. At least 1; 0 for `50%` and `infinity`. */
export function megabytes(size: string): number {
  const [, count, letter = ''] = /^(\d+(?:\.\d+)?)([KMGTPE]?)$/.exec(size) ?? [];
  if (count === undefined) return 0;
  return Math.max(1, Math.round(Number(count) * (UNITS[letter] ?? 1 / 1_048_576)));
}
