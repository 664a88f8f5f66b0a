// Keeps outside text literal in mrkdwn: its formatting marks become placeholders until they are shown.

/** Placeholders: Unicode noncharacters, which `plain` removes from outside text. mrkdwn cannot escape its marks. */
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

/** Characters that look the same and format nothing, for places that take only mrkdwn. */
const ALIKE: Readonly<Record<string, string>> = {
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  ':': '꞉',
  '>': '›',
};

/** Marks that mrkdwn may interpret: `_` at the edge of a word, `:` before an emoji's name, `>` at a start. */
const MARKS =
  /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=(?:100|1234|[-+]1|[\d_'-]*[a-z][\w+'-]*)(?::|$))|^>/gi;

/** Replaces marks by placeholders; `asRead` restores them. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, (mark) => OURS[mark] ?? mark);
}

export function withoutTicks(text: string): string {
  return text.replaceAll('`', OURS['`'] ?? '');
}

/** Whether the text has placeholders, which mrkdwn cannot show. */
export function needsRichText(text: string): boolean {
  return text.search(ANY) !== -1;
}

/** Restores the original text. */
export function asRead(text: string): string {
  return text.replaceAll(ANY, (ours) => THEIRS.get(ours) ?? '');
}

/** For notifications and other places without rich text. */
export function lookingAlike(text: string): string {
  return text.replaceAll(ANY, (ours) => ALIKE[THEIRS.get(ours) ?? ''] ?? '');
}
