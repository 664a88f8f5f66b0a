import { refuseMessageBlocks } from '../../sandbox/workspace/blocks/message.ts';
import type { PaintedView } from '../../src/slack/views/painted-view.ts';

/** What chat.update takes; chat.postMessage would take ten times as much. */
const TEXT = 4_000;

/** Why Slack, or a careful reader, would refuse this message; empty when nobody would. */
export function problemsOf({ key, text, blocks }: PaintedView): string[] {
  const refusal = refuseMessageBlocks(structuredClone(blocks));
  const problems = refusal ? [`${refusal.error}: ${refusal.errors.join('; ')}`] : [];
  if (blocks.length === 0) problems.push('no blocks');
  if (text.trim() === '') problems.push('no text for notifications');
  if (text.length > TEXT) problems.push(`text of ${text.length} characters`);
  for (const markup of markupIn({ text, blocks })) {
    if (/^<!(?:here|channel|everyone)/.test(markup)) problems.push(`pings ${markup}`);
    else if (!OURS.test(markup)) problems.push(`markup that is not ours: ${markup}`);
  }
  return problems.map((problem) => `${key}: ${problem}`);
}

/** Mentions by id, and dates. Everything else between angle brackets came from outside. */
const OURS = /^<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+\^[{}a-z_ ]+\|[0-9: UTC-]+)>$/;

/** What Slack would take for markup, in mrkdwn texts only. */
function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => {
    if (name !== 'text' || typeof entry !== 'string') return markupIn(entry);
    const plain = 'type' in value && (value.type === 'plain_text' || value.type === 'text');
    return plain ? [] : (entry.match(/<[^>]*>?/g) ?? []);
  });
}
