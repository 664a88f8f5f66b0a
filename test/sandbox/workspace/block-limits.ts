import {
  x,
  times,
  mrkdwn,
  rich,
  task,
  plan,
  table,
  dataTable,
  card,
  container,
} from './samples.ts';
import type { Json } from './samples.ts';

/** The same for the larger blocks. */
export const blockLimits: [string, Json[], Json[], string][] = [
  [
    'plan tasks',
    [plan(times(50, (i) => task(i)))],
    [plan(times(51, (i) => task(i)))],
    '/blocks/0/tasks',
  ],
  ['plan title', [plan([task(1)], x(256))], [plan([task(1)], x(257))], '/blocks/0/title'],
  [
    'task title',
    [plan([task(1, { title: x(256) })])],
    [plan([task(1, { title: x(257) })])],
    '/blocks/0/tasks/0/title',
  ],
  [
    'task output',
    [plan([task(1, { output: rich(x(256)) })])],
    [plan([task(1, { output: rich(x(257)) })])],
    '/blocks/0/tasks/0/output',
  ],
  [
    'task status',
    [plan([task(1, { status: 'complete' })])],
    [plan([task(1, { status: 'completed' })])],
    '/blocks/0/tasks/0/status',
  ],
  ['task ids', [plan([task(1), task(2)])], [plan([task(1), task(1)])], '/blocks/0/tasks/1/task_id'],
  ['plans', [plan([task(1)])], [plan([task(1)]), plan([task(2)])], '/blocks'],
  ['plan or cards', [task(1), task(2)], [plan([task(1)]), task(2)], '/blocks'],
  ['table rows', [table(100, 1)], [table(101, 1)], '/blocks/0/rows'],
  ['table cells', [table(1, 20)], [table(1, 21)], '/blocks/0/rows/0'],
  ['tables', [table(1, 1)], [table(1, 1), table(1, 1)], '/blocks'],
  ['data_table rows', [dataTable(101)], [dataTable(102)], '/blocks/0/rows'],
  ['data_table least rows', [dataTable(2)], [dataTable(1)], '/blocks/0/rows'],
  ['data_table characters', [dataTable(5, x(2000))], [dataTable(6, x(2000))], '/blocks/0/rows'],
  ['data_table caption', [dataTable(2)], [dataTable(2, 'x', { caption: undefined })], '/blocks/0'],
  [
    'card title',
    [card({ title: mrkdwn(x(150)) })],
    [card({ title: mrkdwn(x(151)) })],
    '/blocks/0/title/text',
  ],
  [
    'card body',
    [card({ body: mrkdwn(x(200)) })],
    [card({ body: mrkdwn(x(201)) })],
    '/blocks/0/body/text',
  ],
  ['container title', [container(1, x(150))], [container(1, x(151))], '/blocks/0/title/text'],
  ['container blocks', [container(10)], [container(11)], '/blocks/0/child_blocks'],
];
