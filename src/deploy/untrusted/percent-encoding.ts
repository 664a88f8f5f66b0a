// Decodes percent-encoding. Returns text unchanged if its encoding is invalid.
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
