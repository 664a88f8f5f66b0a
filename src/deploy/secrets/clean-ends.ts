// Redacts only the part of a text that is shown, and leaves no half of a secret where the text is cut.

/** Characters dropped next to a cut, where half a secret is not recognized. No encoded piece of a secret is longer. */
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

/** Returns the redacted beginning of a text, at most `limit` characters. Blocks the process until it is done. */
export function cleanStart(clean: (text: string) => string, text: string, limit: number): string {
  if (text.length <= limit) return clean(text);
  const cleaned = clean(text.slice(0, limit + MARGIN));
  return `${cleaned.slice(0, Math.max(0, Math.min(limit, cleaned.length - MARGIN)))}…`;
}
