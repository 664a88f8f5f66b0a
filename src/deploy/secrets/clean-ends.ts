// Redacts no more of a text than is shown, and leaves no half of a secret where the text is cut.

/** Longer than a piece of a secret in any encoding: text this close to a cut is dropped. */
const MARGIN = 8_192;

/** The redacted end of a text, at most `most` characters. */
export async function cleanEnd(
  clean: (text: string) => Promise<string>,
  text: string,
  most: number,
): Promise<string> {
  if (text.length <= most) return clean(text);
  const cleaned = await clean(text.slice(-most - MARGIN));
  return `…${cleaned.slice(Math.max(MARGIN, cleaned.length - most))}`;
}

/** The redacted beginning of a text, at most `most` characters, without slices. */
export function cleanStart(clean: (text: string) => string, text: string, most: number): string {
  if (text.length <= most) return clean(text);
  const cleaned = clean(text.slice(0, most + MARGIN));
  return `${cleaned.slice(0, Math.max(0, Math.min(most, cleaned.length - MARGIN)))}…`;
}
