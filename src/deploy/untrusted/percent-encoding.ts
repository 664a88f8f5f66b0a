// Decodes percent-encoded text that may be invalid.

/** Decodes percent-encoding. Returns the text unchanged if its encoding is invalid. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
