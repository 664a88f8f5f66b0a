import { refuseMessageBlocks } from '../../sandbox/workspace/blocks/message.ts';
import { refuseOptions } from '../../sandbox/workspace/blocks/selects.ts';
import { refuseView } from '../../sandbox/workspace/blocks/view.ts';
import { isRecord } from '../../sandbox/workspace/model.ts';

/** What chat.update takes; chat.postMessage would take ten times as much. */
const TEXT = 4_000;

/**
 * Why Slack, or a careful reader, would refuse what a view function made: a message with a text, a list of
 * blocks, one button, a modal or a Home tab. By the validator of the sandbox; empty when nobody would.
 */
export function problemsOf(payload: unknown): string[] {
  if (Array.isArray(payload) && !isBlock(payload[0])) return payload.flatMap(problemsOf);
  return [...refusals(payload), ...markup(payload), ...stringsIn(payload).flatMap(unsafe)];
}

function refusals(payload: unknown): string[] {
  if (Array.isArray(payload)) return blocksRefused(payload);
  if (!isRecord(payload)) return ['not an object'];
  const { type, text, blocks, title, alt } = payload;
  if (type === 'modal' || type === 'home') return said(refuseView(structuredClone(payload), type));
  if (payload['option_groups'] !== undefined) return refuseOptions(payload);
  if (type === 'button') return blocksRefused([{ type: 'actions', elements: [payload] }]);
  if (typeof alt === 'string') return pictureRefused(title, alt);
  const problems: string[] = [];
  if (typeof text !== 'string' || text.trim() === '') problems.push('no text for notifications');
  else if (text.length > TEXT) problems.push(`text of ${text.length} characters`);
  if (Array.isArray(blocks) && blocks.length === 0) problems.push('no blocks');
  return [...problems, ...(Array.isArray(blocks) ? blocksRefused(blocks) : [])];
}

const isBlock = (value: unknown): boolean =>
  isRecord(value) && typeof value['type'] === 'string' && value['type'] !== 'button';
const blocksRefused = (blocks: unknown[]): string[] =>
  said(refuseMessageBlocks(structuredClone(blocks)));

function said(refusal: { error: string; errors: string[] } | undefined): string[] {
  return refusal ? [`${refusal.error}: ${refusal.errors.join('; ')}`] : [];
}

function pictureRefused(title: unknown, alt: string): string[] {
  const long = [title, alt].some((words) => String(words).length > 1_000);
  return long ? ['a title or a description that is too long'] : [];
}

/** Mentions by id, dates, and the one link of ours. Everything else between angle brackets came from outside. */
const OURS =
  /<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[{}a-z_ ]+\|[0-9: UTC-]+|https?:\/\/[^\s<>|]+\|(?:See its thread\.|[\d,]+ more commits?|diff))>/g;

function markup(payload: unknown): string[] {
  const texts = mrkdwnIn(payload);
  if (isRecord(payload) && typeof payload['text'] === 'string') texts.push(payload['text']);
  return texts.flatMap((text) => [
    ...(text.replaceAll(OURS, '').match(/<[^>]*>?/g) ?? []).map(foreign),
    ...text.replaceAll(OURS, '').split('\n').flatMap(unpaired),
  ]);
}

function foreign(found: string): string {
  return /^<!(?:here|channel|everyone)/.test(found)
    ? `pings ${found}`
    : `markup that is not ours: ${found}`;
}

const marks = (line: string, mark: string): number =>
  line.replaceAll(`\u200B${mark}`, '').split(mark).length - 1;

/** A mark without its fellow formats whatever follows it; behind a zero-width space it is no mark. */
function unpaired(line: string): string[] {
  if (marks(line, '`') % 2 === 1) return [`a backtick without its fellow: ${line}`];
  const outside = line.replaceAll('\u200B`', '').replaceAll(/`[^`]*`/g, '');
  return marks(outside, '*') % 2 === 1 ? [`a star without its fellow: ${line}`] : [];
}

function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isRecord(value)) return [];
  if (value['type'] === 'mrkdwn') return [String(value['text'])];
  return Object.values(value).flatMap(mrkdwnIn);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (!isRecord(value)) return [];
  // What a view says of its own news is compared, never sent.
  const { news: _, ...sent } = value;
  return Object.values(sent).flatMap(stringsIn);
}

/** Characters that turn, hide or break the text around them, wherever it stands. */
function unsafe(text: string): string[] {
  if (!text.isWellFormed()) return [`half a character in: ${text}`];
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const found = /[\u202A-\u202E\u2066-\u2069\u0000-\u0009\u000B-\u001F]/.exec(text);
  return found ? [`character ${found[0].codePointAt(0)} in: ${text.slice(0, 200)}`] : [];
}

/** Every element that can be acted on, with the input block it stands in, if it stands in one. */
export function interactiveIn(value: unknown, input = false): Interactive[] {
  if (Array.isArray(value)) return value.flatMap((one) => interactiveIn(one, input));
  if (!isRecord(value)) return [];
  const inside = Object.entries(value)
    .filter(([key]) => key !== 'confirm')
    .flatMap(([, entry]) =>
      interactiveIn(entry, input || (value['type'] === 'input' && !value['dispatch_action'])),
    );
  const { action_id: id, type } = value;
  return typeof id === 'string' ? [{ id, type: String(type), value, input }, ...inside] : inside;
}

export interface Interactive {
  id: string;
  type: string;
  value: Record<string, unknown>;
  /** Its answer comes with the form, and nothing is sent before. */
  input: boolean;
}
