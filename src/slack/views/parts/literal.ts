// Keeps Slack from formatting untrusted text: replaces formatting marks by placeholders until blocks are built.

/** Placeholder by mark, because mrkdwn cannot escape marks. `plain` removes these noncharacters from untrusted text. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '*': '\uFDD0',
  _: '\uFDD1',
  '~': '\uFDD2',
  '`': '\uFDD3',
  ':': '\uFDD4',
  '>': '\uFDD5',
};
const ORIGINALS = new Map(Object.entries(PLACEHOLDERS).map(([mark, holder]) => [holder, mark]));
const ANY_PLACEHOLDER = /[\uFDD0-\uFDD5]/g;
export const NONCHARACTERS = /[\uFDD0-\uFDEF]/g;

/** By mark: a character that looks alike and formats nothing, for fields that accept only mrkdwn. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  ':': '꞉',
  '>': '›',
};

/** Marks that mrkdwn interprets: `_` at the edge of a word, `:` before an emoji's name, `>` at the start. */
const MARKS =
  /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=(?:100|1234|[-+]1|[\d_'-]*[a-z][\w+'-]*)(?::|$))|^>/gi;

/** Replaces formatting marks by placeholders; `asRead` restores them. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, (mark) => PLACEHOLDERS[mark] ?? mark);
}

export function withoutTicks(text: string): string {
  return text.replaceAll('`', PLACEHOLDERS['`'] ?? '');
}

/** Returns whether the text has placeholders: only rich text can show their marks unformatted. */
export function needsRichText(text: string): boolean {
  return text.search(ANY_PLACEHOLDER) !== -1;
}

/** Replaces placeholders by the original marks. */
export function asRead(text: string): string {
  return text.replaceAll(ANY_PLACEHOLDER, (placeholder) => ORIGINALS.get(placeholder) ?? '');
}

/** Replaces placeholders by lookalikes, for notifications and other texts without rich text. */
export function lookingAlike(text: string): string {
  return text.replaceAll(
    ANY_PLACEHOLDER,
    (placeholder) => LOOKALIKES[ORIGINALS.get(placeholder) ?? ''] ?? '',
  );
}
