/** Cleans no more of a text than is told of it, and leaves no half of a secret where it cuts. */

/** More than a piece of a secret takes in any form of it: what stands so near to a cut is left out. */
const MARGIN = 8_192;

/** The end of a text, by `most` characters or fewer. */
export async function cleanEnd(
  clean: (text: string) => Promise<string>,
  text: string,
  most: number,
): Promise<string> {
  if (text.length <= most) return clean(text);
  const cleaned = await clean(text.slice(-most - MARGIN));
  return `…${cleaned.slice(Math.max(MARGIN, cleaned.length - most))}`;
}

/** The beginning of a text, at once. */
export function cleanStart(clean: (text: string) => string, text: string, most: number): string {
  if (text.length <= most) return clean(text);
  const cleaned = clean(text.slice(0, most + MARGIN));
  return `${cleaned.slice(0, Math.max(0, Math.min(most, cleaned.length - MARGIN)))}…`;
}
