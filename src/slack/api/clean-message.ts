// Decides which texts of a Slack message, view or list of options are redacted before it is sent.
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { asRead, lookingAlike, withoutMarks } from '../views/parts/literal.ts';

/** The keys whose values people read. Ids and values of buttons must stay as they are. */
const SHOWN: ReadonlySet<string> = new Set(['text', 'title', 'alt_text', 'fallback']);

/** `<@U123>`, `<!date^…>`, `<https://…|text>`: these stay as they are, because a mask would break their syntax. */
const TOKEN = /(<(?:[@#!]|https?:\/\/)[^<>]*>)/;

/** Returns a copy of the message whose visible texts are redacted. */
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

/** Redacts all but tokens. Replaces placeholders of formatting marks by characters that look the same. */
function cleanText(redactor: Pick<Redactor, 'clean'>, text: string): string {
  const parts = text.split(TOKEN);
  return parts.map((part) => (TOKEN.test(part) ? part : cleanWords(redactor, part))).join('');
}

function cleanWords(redactor: Pick<Redactor, 'clean'>, part: string): string {
  const read = asRead(part);
  const clean = redactor.clean(read);
  return lookingAlike(clean === read ? part : part === read ? clean : withoutMarks(clean));
}
