import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { asRead, lookingAlike, withoutMarks } from '../views/parts/literal.ts';

/** Cleans what people read of a message, a view or a list of options; ids and values stay as they are. */
const SHOWN: ReadonlySet<string> = new Set(['text', 'title', 'alt_text', 'fallback']);

/** `<@U123>`, `<!date^…>`, `<https://…|text>`: Slack reads them, and a part that is masked breaks them. */
const TOKEN = /(<(?:[@#!]|https?:\/\/)[^<>]*>)/;

/** A copy in the same shape. */
export function cleanMessage<T extends object>(redactor: Pick<Redactor, 'clean'>, message: T): T {
  return scrub(redactor, structuredClone(message));
}

function scrub<T extends object>(redactor: Pick<Redactor, 'clean'>, item: T): T {
  for (const [key, value] of Object.entries(item)) {
    if (typeof value === 'string' && SHOWN.has(key))
      Reflect.set(item, key, cleaned(redactor, value));
    else if (typeof value === 'object' && value !== null) scrub(redactor, value);
  }
  return item;
}

/** Here marks of outside text become others that look the same: what is left of them formats nothing. */
function cleaned(redactor: Pick<Redactor, 'clean'>, text: string): string {
  const parts = text.split(TOKEN);
  return parts.map((part) => (TOKEN.test(part) ? part : words(redactor, part))).join('');
}

function words(redactor: Pick<Redactor, 'clean'>, part: string): string {
  const read = asRead(part);
  const clean = redactor.clean(read);
  return lookingAlike(clean === read ? part : part === read ? clean : withoutMarks(clean));
}
