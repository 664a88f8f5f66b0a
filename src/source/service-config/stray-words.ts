// Decides which words of a text that cannot be read in time may be secrets; linear, with a limit.
const MOST_WORDS = 5_000;
const MOST_CHARACTERS = 256 * 1024;

/** Long words with a digit and a letter, whatever they are. */
export function strayWords(text: string): string[] {
  const words = text.slice(0, MOST_CHARACTERS).match(/[\w+/=.~-]{16,200}/g) ?? [];
  const likely = words.filter((word) => /\d/.test(word) && /[A-Za-z]/.test(word));
  return [...new Set(likely)].slice(0, MOST_WORDS);
}
