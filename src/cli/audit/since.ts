// Reads the start of an audit export: a date, a time or an age.

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `2026-11-01` (midnight UTC), `2026-11-01T08:00Z` or `7d` to Unix milliseconds; undefined for other texts. */
export function readSince(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const [, date = '', time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(
      text,
    ) ?? [];
  const midnight = new Date(date);
  // Refuse a day that does not exist: Date turns February 30 into March 2.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date))
    return undefined;
  const at = Date.parse(time === undefined ? date : text);
  return Number.isNaN(at) ? undefined : at;
}
