// Keeps Slack from formatting untrusted text: replaces formatting marks by placeholders until blocks are built.

/** mrkdwn cannot escape these formatting marks. The placeholder of each is the character FIRST + its index. */
const ALL_MARKS = '*_~`:>';
/** Characters that look like the marks above, in the same order, for fields that accept only mrkdwn. */
const LOOKALIKES = '∗ˍ∼ˋ꞉›';
const FIRST = 0xfdd0;
/** Characters without a meaning in Unicode. `plain` removes them, so that untrusted text has no placeholders. */
export const NONCHARACTERS = /[\uFDD0-\uFDEF]/g;
const ANY_PLACEHOLDER = /[\uFDD0-\uFDD5]/g;

/** Matches marks where mrkdwn interprets them: `_` at a word's edge, `:` before an emoji's name, `>` at the start. */
const MARKS =
  /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=(?:100|1234|[-+]1|[\d_'-]*[a-z][\w+'-]*)(?::|$))|^>/gi;

export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, (mark) => String.fromCharCode(FIRST + ALL_MARKS.indexOf(mark)));
}

export function withoutTicks(text: string): string {
  return text.replaceAll('`', withoutMarks('`'));
}

/** Returns whether the text has placeholders. Only rich text can show the marks for which they stand. */
export function needsRichText(text: string): boolean {
  return text.search(ANY_PLACEHOLDER) !== -1;
}

export function asRead(text: string): string {
  return replaced(text, ALL_MARKS);
}

/** Replaces placeholders by characters that look alike, for notifications, which cannot be rich text. */
export function lookingAlike(text: string): string {
  return replaced(text, LOOKALIKES);
}

function replaced(text: string, characters: string): string {
  return text.replaceAll(ANY_PLACEHOLDER, (one) => characters.charAt(one.charCodeAt(0) - FIRST));
}
