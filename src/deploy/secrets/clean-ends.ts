// Redacts only the part of a text that is shown, and leaves no half of a secret where the text is cut.

/** Text this close to a cut is dropped. It is more than a piece of a secret takes in any encoding. */
const MARGIN = 8_192;

/** Returns the redacted end of a text, at most `limit` characters. */
export async function cleanEnd(
  clean: (text: string) => Promise<string>,
  text: string,
  limit: number,
): Promise<string> {
  if (text.length <= limit) return clean(text);
  const cleaned = await clean(text.slice(-limit - MARGIN));
  return `…${cleaned.slice(Math.max(MARGIN, cleaned.length - limit))}`;
}

/** Returns the redacted beginning of a text, at most `limit` characters. Other work waits until it is done. */
export function cleanStart(clean: (text: string) => string, text: string, limit: number): string {
  if (text.length <= limit) return clean(text);
  const cleaned = clean(text.slice(0, limit + MARGIN));
  return `${cleaned.slice(0, Math.max(0, Math.min(limit, cleaned.length - MARGIN)))}…`;
}
