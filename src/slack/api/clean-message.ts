// Decides which texts of a Slack message, view or list of options are redacted before it is sent.
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { asRead, lookingAlike, withoutMarks } from '../views/parts/literal.ts';

/** Keys whose values people read. Other strings, such as ids and values of buttons, are not redacted. */
const SHOWN: ReadonlySet<string> = new Set(['text', 'title', 'alt_text', 'fallback']);

/** Matches `<@U123>`, `<!date^…>` and `<https://…|text>`. They are not redacted, because a mask breaks their syntax. */
const TOKEN = /(<(?:[@#!]|https?:\/\/)[^<>]*>)/;

export function cleanMessage<T extends object>(redactor: Pick<Redactor, 'clean'>, message: T): T {
  return cleanTextsIn(redactor, structuredClone(message));
}

function cleanTextsIn<T extends object>(redactor: Pick<Redactor, 'clean'>, item: T): T {
  for (const [key, value] of Object.entries(item)) {
    if (typeof value === 'string' && SHOWN.has(key))
      Reflect.set(item, key, cleanText(redactor, value));
    else if (typeof value === 'object' && value !== null) cleanTextsIn(redactor, value);
  }
  return item;
}

function cleanText(redactor: Pick<Redactor, 'clean'>, text: string): string {
  const parts = text.split(TOKEN);
  return parts.map((part) => (TOKEN.test(part) ? part : cleanWords(redactor, part))).join('');
}

/** Redacts the text as people read it: a secret may contain a mark such as `*`, for which `part` has a placeholder. */
function cleanWords(redactor: Pick<Redactor, 'clean'>, part: string): string {
  const read = asRead(part);
  const clean = redactor.clean(read);
  return lookingAlike(clean === read ? part : part === read ? clean : withoutMarks(clean));
}
