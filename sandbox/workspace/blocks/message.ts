import { records, stringOf } from '../model.ts';
import { messageBlock } from './layout.ts';
import { characters, oneAtMost, uniqueIds } from './payload.ts';
import { Report, list } from './schema.ts';

const MAX_BLOCKS = 50;
const MAX_CHARACTERS = 12_000;
const MAX_MARKDOWN = 12_000;

export interface Refusal {
  error: string;
  errors: string[];
}

/** What these blocks break in a message, and what they come near to. */
export function reportOnMessage(blocks: unknown): Report {
  const report = new Report();
  list(messageBlock, 0, MAX_BLOCKS)(blocks, '/blocks', report);
  uniqueIds(blocks, '/blocks', report);
  for (const type of ['plan', 'table', 'data_table']) oneAtMost(blocks, type, '/blocks', report);
  const types = new Set(records(blocks).map((block) => block.type));
  if (types.has('plan') && types.has('task_card'))
    report.add('a plan cannot stand beside task_card blocks', '/blocks');
  const markdown = records(blocks).filter((block) => block.type === 'markdown');
  if (markdown.reduce((sum, block) => sum + stringOf(block.text).length, 0) > MAX_MARKDOWN)
    report.add('markdown blocks hold less than 12001 characters together', '/blocks');
  const used = characters(blocks);
  report.measure({ at: '/blocks', used, most: MAX_CHARACTERS, unit: 'characters' });
  return report;
}

/** Why Slack would refuse these blocks in a message; undefined when it would not. */
export function refuseMessageBlocks(blocks: unknown): Refusal | undefined {
  const { errors } = reportOnMessage(blocks);
  if (errors.length > 0) return { error: 'invalid_blocks', errors };
  if (characters(blocks) > MAX_CHARACTERS) return { error: 'msg_blocks_too_long', errors: [] };
  return undefined;
}
