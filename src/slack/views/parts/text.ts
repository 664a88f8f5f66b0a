import { NONCHARACTERS, withoutMarks, withoutTicks } from './literal.ts';

/** Slack's three control characters: after this, text from outside can neither ping nor link. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Characters that would turn or hide the text around them. */
const BIDI = /[\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what is being removed
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;

/** Text from outside made harmless but not yet escaped: for plain_text, plan titles and rich text. */
export function plain(text: string, limit: number): string {
  const tame = text.replaceAll(BIDI, '').replaceAll(NONCHARACTERS, '').replaceAll(CONTROL, ' ');
  return cut(tame.toWellFormed(), limit);
}

/** The same on one line. */
export function plainLine(text: string, limit: number): string {
  return plain(text.replaceAll(/\s+/g, ' ').trim(), limit);
}

/** Text from outside for mrkdwn: on one line, escaped, within `limit` after escaping, and shown as it is. */
export function quoted(text: string, limit: number): string {
  return cutEscaped(escaped(withoutMarks(plainLine(text, limit))), limit);
}

/** The same in a code span: nothing but the backtick can end it. A span without text is none. */
export function code(text: string, limit: number): string {
  const shown = cutEscaped(escaped(withoutTicks(plainLine(text, limit))), limit);
  return shown === '' ? '–' : `\`${shown}\``;
}

export function cut(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : `${text
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

/** Cuts without leaving half an entity, half a mention or date, or a code span that nothing ends. */
export function cutEscaped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text
    .slice(0, limit - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/<[^>]*$/, '');
  const ticks = kept.match(/`/g) ?? [];
  return `${ticks.length % 2 === 0 ? kept : kept.replace(/`[^`]*$/, '')}…`;
}

/** As many lines as fit in count and characters, then how many were left out. */
export function capped(lines: readonly string[], count: number, characters: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const line of lines.slice(0, count)) {
    if (used + line.length + 1 > characters) break;
    used += line.length + 1;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `… ${number(left)} more`];
}

export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function duration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 10) return `${(ms / 1000).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** A time that every reader sees in their own zone. */
export function when(at: number, format = '{time}'): string {
  const iso = new Date(at).toISOString();
  return `<!date^${Math.floor(at / 1000)}^${format}|${iso.slice(0, 16).replace('T', ' ')} UTC>`;
}

/** For titles, which Slack shows as they are, with no time of the reader's own. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** Ids come from Slack's signed payloads or from argo.yml; anything else is shown as text. */
export function person(id: string): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(id)) return `<@${id}>`;
  if (/^S[A-Z0-9]{2,}$/.test(id)) return `<!subteam^${id}>`;
  return quoted(id, 80);
}
