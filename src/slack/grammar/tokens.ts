// Splits the typed text into words, and reverts the quotes, dashes and spaces that phones substitute.
/** One word of the typed text. A word in quotes is never a flag. */
export interface Token {
  text: string;
  quoted: boolean;
}

const MAX_TEXT = 500;

/** Invisible characters, such as soft hyphens, which copied text contains. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const DOUBLE = /[\u201C-\u201F\u00AB\u00BB\u2033]/g;
const SINGLE = /[\u2018-\u201B\u2032]/g;
/** A long dash at the start of a word: phones replace the two hyphens of `--env` by one. */
const LONG_DASH = /(?<=^|\s)[\u2012-\u2015\u2E3A\u2E3B]-?(?=[A-Za-z])/g;
const SHORT_DASH = /[\u2010\u2011\u2212]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what is being refused
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

const QUOTES = new Set(['"', "'", '`']);

/** Returns the words; a string if the text is not one readable line. */
export function tokensOf(raw: string): Token[] | string {
  if (raw.length > MAX_TEXT) {
    return `That is ${raw.length} characters long; a command has at most ${MAX_TEXT}.`;
  }
  const text = raw.trim();
  if (/[\r\n\u0085\u2028\u2029]/.test(text)) {
    return 'That is more than one line. Send one command at a time; nothing was started.';
  }
  if (CONTROL.test(text)) return 'There is a control character in that command.';
  return split(
    text
      .replaceAll(INVISIBLE, '')
      .replaceAll(DOUBLE, '"')
      .replaceAll(SINGLE, "'")
      .replaceAll(LONG_DASH, '--')
      .replaceAll(SHORT_DASH, '-'),
  );
}

function split(text: string): Token[] | string {
  const tokens: Token[] = [];
  let word: Token | undefined;
  let open: string | undefined;
  for (const character of text) {
    if (open !== undefined) {
      if (character === open) open = undefined;
      else if (word) word.text += character;
    } else if (QUOTES.has(character) && (!word || word.text.endsWith('='))) {
      open = character;
      // A word that begins with a quote is never a flag. In `--service="x"` only the value is in quotes.
      word ??= { text: '', quoted: true };
    } else if (/\s/.test(character)) {
      if (word) tokens.push(word);
      word = undefined;
    } else {
      word ??= { text: '', quoted: false };
      word.text += character;
    }
  }
  if (open !== undefined) return 'A quote is opened and never closed.';
  if (word) tokens.push(word);
  return tokens;
}

const BLANK = /[\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\u2800]/gu;

/** Returns how many characters people can see. A reason of invisible characters is no reason. */
export function visibleLength(text: string): number {
  return text.replaceAll(BLANK, '').length;
}

/** Returns typed text without backticks and line breaks, at most 60 characters, for a code span in an answer. */
export function shown(text: string): string {
  const plain = text.replaceAll(/[`\s]/g, ' ').slice(0, 60);
  return text.length > 60 ? `${plain}…` : plain;
}
