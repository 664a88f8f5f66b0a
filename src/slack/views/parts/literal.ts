/** Keeps outside text literal in mrkdwn, which has no escape for its marks: they travel as characters of our own. */

/** Noncharacters, which Unicode keeps for inside a program: no text from outside holds one after `plain`. */
const OURS: Readonly<Record<string, string>> = {
  '*': '\uFDD0',
  _: '\uFDD1',
  '~': '\uFDD2',
  '`': '\uFDD3',
  ':': '\uFDD4',
  '>': '\uFDD5',
};
const THEIRS = new Map(Object.entries(OURS).map(([mark, ours]) => [ours, mark]));
const ANY = /[\uFDD0-\uFDD5]/g;
export const NONCHARACTERS = /[\uFDD0-\uFDEF]/g;

/** What looks the same and formats nothing, for places that take mrkdwn only. */
const ALIKE: Readonly<Record<string, string>> = {
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  ':': '꞉',
  '>': '›',
};

/**
 * Marks that mrkdwn may read: `_` only at the edge of a word, `:` only where the name of an emoji follows,
 * `>` only where a line may begin with it.
 */
const MARKS =
  /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=(?:100|1234|[-+]1|[\d_'-]*[a-z][\w+'-]*)(?::|$))|^>/gi;

/** Its marks as characters of ours, so that they format nothing until `asRead`. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, (mark) => OURS[mark] ?? mark);
}

export function withoutTicks(text: string): string {
  return text.replaceAll('`', OURS['`'] ?? '');
}

/** Whether mrkdwn cannot show it. */
export function needsRichText(text: string): boolean {
  return text.search(ANY) !== -1;
}

/** The text again as it was outside. */
export function asRead(text: string): string {
  return text.replaceAll(ANY, (ours) => THEIRS.get(ours) ?? '');
}

/** For notifications and other places that hold no rich text. */
export function lookingAlike(text: string): string {
  return text.replaceAll(ANY, (ours) => ALIKE[THEIRS.get(ours) ?? ''] ?? '');
}
