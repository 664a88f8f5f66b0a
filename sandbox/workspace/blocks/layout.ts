import { isRecord } from '../model.ts';
import {
  accessory,
  actionsElement,
  buttons,
  contextActionsElement,
  contextElement,
  image,
  imageElement,
  inputElement,
} from './elements.ts';
import { richText } from './rich-text.ts';
import { all, boolean, byType, choice, list, object, string } from './schema.ts';
import type { Check, Fields } from './schema.ts';
import { dataTable, table } from './tables.ts';
import { plan, taskCard } from './tasks.ts';
import { anyText, id, mrkdwn, plain } from './text.ts';

const block = { block_id: id };

const section = all(
  object(
    {},
    {
      ...block,
      text: anyText(3000),
      fields: list(anyText(2000), 1, 10),
      accessory,
      expand: boolean,
    },
  ),
  (value, at, report) => {
    if (isRecord(value) && value.text === undefined && value.fields === undefined)
      report.add('must provide either text or fields', at);
  },
);

const input = object(
  { label: plain(2000), element: inputElement },
  { ...block, hint: plain(2000), optional: boolean, dispatch_action: boolean },
);

const atLeastOneOf =
  (...names: string[]): Check =>
  (value, at, report) => {
    if (isRecord(value) && names.every((name) => value[name] === undefined))
      report.add(`must provide at least one of ${names.join(', ')}`, at);
  };

const cardFields = {
  ...block,
  hero_image: imageElement,
  icon: imageElement,
  title: mrkdwn(150),
  subtitle: mrkdwn(150),
  body: mrkdwn(200),
  actions: list(buttons, 1, 5),
};
const card = all(object({}, cardFields), atLeastOneOf('hero_image', 'title', 'actions', 'body'));

const everywhere: Fields = {
  section,
  divider: object({}, block),
  header: object({ text: plain(150) }, block),
  context: object({ elements: list(contextElement, 1, 10) }, block),
  actions: object({ elements: list(actionsElement, 1, 25) }, block),
  image: image({ ...block, title: plain(2000) }),
  rich_text: richText,
};

const container = all(
  object(
    { child_blocks: list(byType({ ...everywhere, table }), 1, 10) },
    {
      ...block,
      title: plain(150),
      rich_text_title: byType({ rich_text: richText }),
      subtitle: anyText(150),
      width: choice('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  ),
  atLeastOneOf('title', 'rich_text_title'),
);

/** `file` and `video` are left out: apps may not post the one and lack the scope for the other. */
export const messageBlock = byType({
  ...everywhere,
  context_actions: object({ elements: list(contextActionsElement, 1, 5) }, block),
  markdown: object({ text: string(12_000, 1) }, block),
  plan,
  task_card: taskCard,
  table,
  data_table: dataTable,
  card,
  carousel: object({ elements: list(byType({ card }), 1, 10) }, block),
  container,
});

const alert = object(
  { text: anyText(3000) },
  { ...block, level: choice('default', 'info', 'warning', 'error', 'success') },
);

export const modalBlock = byType({ ...everywhere, input, alert });
export const homeBlock = byType({ ...everywhere, input });
