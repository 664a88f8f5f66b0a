import { isRecord, records, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import { el, safeLink } from './element.ts';
import { interactive } from './elements.ts';
import type { Press } from './elements.ts';
import { markdown } from './markdown.ts';
import { plan, taskCard } from './plan.ts';
import { richText } from './rich-text.ts';
import { table } from './table.ts';
import { textObject, wording } from './text-object.ts';

export interface Place {
  /** Tells one plan from another when folding. */
  owner: string;
  press: Press;
}

/** Uploaded pictures only: this page loads nothing from other machines. */
function image(value: Json): HTMLElement {
  const alt = stringOf(value.alt_text);
  const file = isRecord(value.slack_file) ? stringOf(value.slack_file.id) : '';
  if (file !== '') return el('img', { src: `/sandbox/files/${encodeURIComponent(file)}`, alt });
  return el('span', { class: 'outside' }, safeLink(stringOf(value.image_url), alt));
}

function section(block: Json, { press }: Place): HTMLElement {
  const fields = records(block.fields);
  const accessory = isRecord(block.accessory) ? block.accessory : undefined;
  return el(
    'div',
    { class: 'section' },
    el(
      'div',
      { class: 'grow' },
      block.text !== undefined && textObject(block.text),
      fields.length > 0 && el('div', { class: 'fields' }, fields.map(textObject)),
    ),
    accessory && (accessory.type === 'image' ? image(accessory) : interactive(accessory, press)),
  );
}

function card(block: Json, { press }: Place): HTMLElement {
  return el(
    'div',
    { class: 'card' },
    isRecord(block.hero_image) && image(block.hero_image),
    el('strong', {}, textObject(block.title)),
    el('div', { class: 'quiet' }, textObject(block.subtitle)),
    textObject(block.body),
    el(
      'div',
      { class: 'actions' },
      records(block.actions).map((one) => interactive(one, press)),
    ),
  );
}

function container(block: Json, place: Place): HTMLElement {
  const title = isRecord(block.rich_text_title)
    ? richText(block.rich_text_title)
    : el('span', {}, wording(block.title));
  const open = block.default_collapsed !== true;
  return el(
    'details',
    { class: 'card', open },
    el('summary', {}, title, ' ', el('span', { class: 'quiet' }, wording(block.subtitle))),
    ...records(block.child_blocks).map((child) => renderBlock(child, place)),
  );
}

const renderers: Record<string, (block: Json, place: Place) => HTMLElement> = {
  section,
  card,
  container,
  carousel: (block, place) =>
    el(
      'div',
      { class: 'carousel' },
      records(block.elements).map((one) => card(one, place)),
    ),
  divider: () => el('hr'),
  header: (block) => el('h3', { class: 'header' }, wording(block.text)),
  context: (block) =>
    el(
      'div',
      { class: 'context' },
      records(block.elements).map((one) => (one.type === 'image' ? image(one) : textObject(one))),
    ),
  actions: (block, { press }) =>
    el(
      'div',
      { class: 'actions' },
      records(block.elements).map((one) => interactive(one, press)),
    ),
  context_actions: (block, { press }) =>
    el(
      'div',
      { class: 'actions' },
      records(block.elements).map((one) => interactive(one, press)),
    ),
  image: (block) =>
    el('figure', {}, el('figcaption', { class: 'quiet' }, wording(block.title)), image(block)),
  rich_text: richText,
  markdown: (block) => markdown(stringOf(block.text)),
  plan: (block, { owner }) => plan(block, owner),
  task_card: (block) => el('ul', { class: 'tasks alone' }, taskCard(block)),
  table,
  data_table: table,
  alert: (block) => el('div', { class: `alert ${stringOf(block.level)}` }, textObject(block.text)),
};

export function renderBlock(block: Json, place: Place): HTMLElement {
  const render = renderers[stringOf(block.type)];
  if (render) return render(block, place);
  return el('div', { class: 'unsupported' }, `(a ${stringOf(block.type)} block)`);
}
