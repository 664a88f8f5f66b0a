// Keeps Slack from formatting untrusted text: replaces formatting marks by placeholders until blocks are built.

/** Formatting marks, which mrkdwn cannot escape. Each has the placeholder FIRST + its index. */
const ALL_MARKS = '*_~`:>';
/** By index: a character that looks alike and formats nothing, for fields that accept only mrkdwn. */
const LOOKALIKES = '∗ˍ∼ˋ꞉›';
const FIRST = 0xfdd0;
/** `plain` removes all noncharacters from untrusted text, so it contains no placeholder. */
export const NONCHARACTERS = /[\uFDD0-\uFDEF]/g;
const ANY_PLACEHOLDER = /[\uFDD0-\uFDD5]/g;

/** Marks that mrkdwn interprets: `_` at the edge of a word, `:` before an emoji's name, `>` at the start. */
const MARKS =
  /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=(?:100|1234|[-+]1|[\d_'-]*[a-z][\w+'-]*)(?::|$))|^>/gi;

/** Replaces formatting marks by placeholders; `asRead` restores them. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, (mark) => String.fromCharCode(FIRST + ALL_MARKS.indexOf(mark)));
}

export function withoutTicks(text: string): string {
  return text.replaceAll('`', withoutMarks('`'));
}

/** Returns whether the text has placeholders: only rich text can show their marks unformatted. */
export function needsRichText(text: string): boolean {
  return text.search(ANY_PLACEHOLDER) !== -1;
}

/** Replaces placeholders by the original marks. */
export function asRead(text: string): string {
  return replaced(text, ALL_MARKS);
}

/** Replaces placeholders by lookalikes, for notifications and other texts without rich text. */
export function lookingAlike(text: string): string {
  return replaced(text, LOOKALIKES);
}

function replaced(text: string, characters: string): string {
  return text.replaceAll(ANY_PLACEHOLDER, (one) => characters.charAt(one.charCodeAt(0) - FIRST));
}
