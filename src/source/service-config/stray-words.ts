// Decides which words of a text may be secrets if it cannot be parsed in time: linear, with a limit.

const MOST_WORDS = 5_000;
const MOST_CHARACTERS = 256 * 1024;

/** Words of at least 16 characters with a digit and a letter. */
export function strayWords(text: string): string[] {
  const words = text.slice(0, MOST_CHARACTERS).match(/[\w+/=.~-]{16,200}/g) ?? [];
  const likely = words.filter((word) => /\d/.test(word) && /[A-Za-z]/.test(word));
  return [...new Set(likely)].slice(0, MOST_WORDS);
}
