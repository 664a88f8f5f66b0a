// Makes untrusted text safe for Slack, cuts it, and formats numbers, durations, times and people.
import { NONCHARACTERS, withoutMarks, withoutTicks } from './literal.ts';

/** Escapes Slack's three control characters, so that untrusted text cannot mention or link. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Invisible characters that reverse the order of the text around them. */
const BIDI = /[\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what is being removed
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;

/** Makes untrusted text safe for plain_text, titles and rich text, where nothing is escaped. */
export function plain(text: string, limit: number): string {
  const tame = text.replaceAll(BIDI, '').replaceAll(NONCHARACTERS, '').replaceAll(CONTROL, ' ');
  return cut(tame.toWellFormed(), limit);
}

/** Like `plain`, but on one line. */
export function plainLine(text: string, limit: number): string {
  return plain(text.replaceAll(/\s+/g, ' ').trim(), limit);
}

/** Makes untrusted text safe for mrkdwn: one line, no formatting, escaped, and at most `limit` characters. */
export function quoted(text: string, limit: number): string {
  return cutEscaped(escaped(withoutMarks(plainLine(text, limit))), limit);
}

/** Like `quoted`, but without a full stop at its end, for a text in the middle of a line. */
export function phrase(text: string, limit: number): string {
  return quoted(text, limit).replace(/\.$/, '');
}

/** Like `quoted`, but as a sentence: with a capital letter, and with a full stop if it has no other mark at its end. */
export function quotedSentence(text: string, limit: number): string {
  return quoted(sentence(text), limit).replace(/[^.!?:…]$/, '$&.') || 'It gave no reason.';
}

/** Like `quoted`, but as a code span; `–` for an empty text. */
export function code(text: string, limit: number): string {
  const shown = cutEscaped(escaped(withoutTicks(plainLine(text, limit))), limit);
  return shown === '' ? '–' : `\`${shown}\``;
}

/** Matches a command in backticks, with blanks or punctuation around it: only there Slack shows a code span. */
const COMMAND = /(?<![^\s(])`([^`]+)`(?![^\s).,;:?!])/;

/** Like `quoted`, but a command in backticks stays a code span, so that people can paste it. */
export function advice(text: string, limit: number): string {
  const pieces = plainLine(text, limit).split(COMMAND);
  return pieces
    .map((piece, index) =>
      index % 2 === 1
        ? code(piece, limit)
        : piece.replace(/\S.*\S|\S/, (words) => quoted(words, limit)),
    )
    .join('');
}

/** Removes repeated lines, and journald's prefix (time, host, process), which takes half a phone's screen. */
export function logLines(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\S+ \S+ [^\s:]+\[\d+\]: ?/, ''));
  return lines.filter((line, index) => line !== lines[index - 1]).join('\n');
}

/** Capitalizes the first letter of a plain word. A path or a name such as `argo-bot` stays as it is. */
export function sentence(text: string): string {
  return /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${beginning(text, limit)}…`;
}

/** Returns the text with room for `…`, and without half a surrogate pair at its end. */
function beginning(text: string, limit: number): string {
  const kept = text.slice(0, limit - 1).toWellFormed();
  return kept.replace(/\uFFFD$/, '');
}

/** Cuts escaped mrkdwn without leaving half an entity, half a mention or date, an open code span or open bold text. */
export function cutEscaped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = beginning(text, limit)
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/<[^>]*$/, '');
  const ticks = kept.match(/`/g) ?? [];
  const closed = ticks.length % 2 === 0 ? kept : kept.replace(/`[^`]*$/, '');
  const stars = closed.replaceAll(/`[^`]*`/g, '').match(/\*/g) ?? [];
  return stars.length % 2 === 0 ? `${closed}…` : `${closed.trimEnd()}…*`;
}

/** Returns the first lines that fit. If some do not, the last line is such as `… 3 more`. */
export function capped(
  lines: readonly string[],
  count: number,
  characters: number,
  all = lines.length,
): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const line of lines.slice(0, count)) {
    if (used + line.length + 1 > characters) break;
    used += line.length + 1;
    kept.push(line);
  }
  const left = all - kept.length;
  return left === 0 ? kept : [...kept, `… ${number(left)} more`];
}

/** Returns `2 added, 1 deleted`; empty if all are 0. */
export function countWords(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([word, count]) => `${number(count)} ${word}`).join(', ');
}

export function codeList(names: readonly string[], count: number, characters: number): string {
  const spans = names.map((name) => code(name, 40));
  return capped(spans, count, characters).join(', ');
}

export function warningLines(all: readonly string[], count: number, characters: number): string[] {
  const lines = all.map((one) => `⚠️ ${quoted(one, 250)}`);
  return capped(lines, count, characters);
}

export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Returns such as `0.7 s`, `12 s`, `1 min 8 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 10) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns a date token, which Slack shows in each reader's time zone. `at`: Unix milliseconds. */
export function when(at: number, format = '{time}'): string {
  const iso = new Date(at).toISOString();
  return `<!date^${Math.floor(at / 1000)}^${format}|${iso.slice(0, 16).replace('T', ' ')} UTC>`;
}

export function dayAndTime(at: number): string {
  return when(at, '{date_short_pretty} {time}');
}

/** Returns a time in UTC, for titles, in which Slack does not convert date tokens. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** Returns a ref as a code span. A full sha is cut to 7 characters. */
export function refCode(ref: string): string {
  return code(/^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 7) : ref, 60);
}

export function placeCode(place: { service: string; environment: string }): string {
  return `${code(place.service, 60)} in ${code(place.environment, 60)}`;
}

/** Returns a mention if `id` is a Slack id of a user or group; else the quoted text. */
export function person(id: string): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(id)) return `<@${id}>`;
  if (/^S[A-Z0-9]{2,}$/.test(id)) return `<!subteam^${id}>`;
  return quoted(id, 80);
}
