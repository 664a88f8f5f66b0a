import { isRecord, records } from '../model.ts';
import type { Report } from './schema.ts';

/** block_id and action_id may stand once in a payload, however deep. */
export function uniqueIds(blocks: unknown, at: string, report: Report): void {
  const seen = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((item, index) => walk(item, `${path}/${index}`));
    if (!isRecord(value)) return;
    for (const [key, entry] of Object.entries(value)) {
      if ((key === 'block_id' || key === 'action_id') && typeof entry === 'string') {
        const mark = `${key}:${entry}`;
        if (seen.has(mark)) report.add(`${key} \`${entry}\` already exists`, `${path}/${key}`);
        seen.add(mark);
      } else walk(entry, `${path}/${key}`);
    }
  };
  walk(blocks, at);
}

export function oneAtMost(blocks: unknown, type: string, at: string, report: Report): void {
  const found = records(blocks).filter((block) => block.type === type);
  if (found.length > 1) report.add(`only one ${type} block is allowed`, at);
}

/** Every string but the type names counts: stricter than Slack's own sum, whose recipe is unpublished. */
export function characters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + characters(item), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, entry]) => sum + (key === 'type' ? 0 : characters(entry)),
    0,
  );
}
