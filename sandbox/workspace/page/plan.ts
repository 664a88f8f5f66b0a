import { records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { el, safeLink } from './element.ts';
import { richText } from './rich-text.ts';

const MARK: Record<string, string> = { pending: '', in_progress: '', complete: '✓', error: '!' };
const SAID: Record<string, string> = {
  pending: 'to do',
  in_progress: 'in progress',
  complete: 'done',
  error: 'failed',
};

/** Plans someone folded stay folded over updates. (Slack itself folds them on every update.) */
const folded = new Set<string>();

export function taskCard(task: Json): HTMLElement {
  const status = stringOf(task.status);
  const sources = records(task.sources).map((one) =>
    safeLink(stringOf(one.url), stringOf(one.text)),
  );
  return el(
    'li',
    { class: `task ${status}` },
    el('span', { class: 'mark', role: 'img', 'aria-label': SAID[status] }, MARK[status] ?? ''),
    el(
      'div',
      { class: 'task-body' },
      el('div', { class: 'task-title' }, stringOf(task.title)),
      task.details !== undefined && el('div', { class: 'details' }, richText(task.details)),
      task.output !== undefined && el('div', { class: 'output' }, richText(task.output)),
      sources.length > 0 && el('div', { class: 'sources' }, sources),
    ),
  );
}

export function plan(block: Json, owner: string): HTMLElement {
  const tasks = records(block.tasks);
  const details = el(
    'details',
    { class: 'plan', open: !folded.has(owner) },
    el('summary', {}, el('span', { class: 'plan-title' }, stringOf(block.title))),
    el('ul', { class: 'tasks' }, ...tasks.map(taskCard)),
  );
  details.addEventListener('toggle', () => {
    if (details.open) folded.delete(owner);
    else folded.add(owner);
  });
  return details;
}
