// Finds the words that may be secrets in a config that cannot be parsed in time. Takes linear time.

const MOST_WORDS = 5_000;
const MOST_CHARACTERS = 256 * 1024;

/** Takes each word of at least 16 characters with a digit and a letter for a secret. */
export function likelySecrets(text: string): string[] {
  const words = text.slice(0, MOST_CHARACTERS).match(/[\w+/=.~-]{16,200}/g) ?? [];
  const likely = words.filter((word) => /\d/.test(word) && /[A-Za-z]/.test(word));
  return [...new Set(likely)].slice(0, MOST_WORDS);
}
