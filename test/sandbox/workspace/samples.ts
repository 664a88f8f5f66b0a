/** Small valid blocks, to be stretched to the limit and one past it. */
export type Json = Record<string, unknown>;

export const x = (length: number) => 'x'.repeat(length);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
export const section = (text = 'x'): Json => ({ type: 'section', text: mrkdwn(text) });
export const button = (change: Json = {}): Json => ({
  type: 'button',
  text: plain('Go'),
  ...change,
});
export const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
export const options = (count: number) =>
  times(count, (i) => ({ text: plain('x'), value: `v${i}` }));
export const select = (change: Json = {}): Json => ({
  type: 'static_select',
  options: options(2),
  ...change,
});
export const task = (index: number, change: Json = {}): Json => ({
  type: 'task_card',
  task_id: `t${index}`,
  title: 'x',
  status: 'pending',
  ...change,
});
export const plan = (tasks: Json[], title = 'x'): Json => ({ type: 'plan', title, tasks });
export const table = (rows: number, cells: number): Json => ({
  type: 'table',
  rows: times(rows, () => times(cells, () => ({ type: 'raw_text', text: 'x' }))),
});
export const dataTable = (rows: number, text = 'x', change: Json = {}): Json => ({
  type: 'data_table',
  caption: 'x',
  rows: times(rows, () => [{ type: 'raw_text', text }]),
  ...change,
});
export const confirm = (title: number, text: number, yes: number) => ({
  title: plain(x(title)),
  text: mrkdwn(x(text)),
  confirm: plain(x(yes)),
  deny: plain('No'),
});
export const card = (change: Json): Json => ({ type: 'card', body: mrkdwn('x'), ...change });
export const container = (children: number, title = 'x'): Json => ({
  type: 'container',
  title: plain(title),
  child_blocks: times(children, () => ({ type: 'divider' })),
});
