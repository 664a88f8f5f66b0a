import { isRecord, records } from '../model.ts';
import { richTextUpTo } from './rich-text.ts';
import { all, byType, choice, list, object, string, webAddress } from './schema.ts';
import type { Check } from './schema.ts';
import { id } from './text.ts';

/** Slack publishes no limit for these texts; this one was never seen refused. */
const TEXT = 256;

const source = byType({ url: object({ url: webAddress, text: string(TEXT, 1) }) });

export const taskCard = object(
  {
    task_id: id,
    title: string(TEXT, 1),
    status: choice('pending', 'in_progress', 'complete', 'error'),
  },
  {
    block_id: id,
    details: richTextUpTo(TEXT),
    output: richTextUpTo(TEXT),
    sources: list(source, 1, 10),
  },
);

const uniqueTaskIds: Check = (value, at, report) => {
  const seen = new Set<unknown>();
  const tasks = isRecord(value) && Array.isArray(value.tasks) ? value.tasks : [];
  for (const [index, task] of records(tasks).entries()) {
    if (seen.has(task.task_id))
      report.add('task_id must be unique', `${at}/tasks/${index}/task_id`);
    seen.add(task.task_id);
  }
};

export const plan = all(
  object(
    { title: string(TEXT, 1) },
    { block_id: id, tasks: list(byType({ task_card: taskCard }), 1, 50) },
  ),
  uniqueTaskIds,
);
