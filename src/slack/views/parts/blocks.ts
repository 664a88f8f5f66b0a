// Builds blocks of messages and forms: sections, context, buttons, preformatted text, a field for a reason.
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  SectionBlock,
} from '@slack/types';
import { asRead, needsRichText } from './literal.ts';
import { richText } from './rich-text.ts';
import { cutEscaped, plainLine, unescaped } from './text.ts';

/** `text`: escaped mrkdwn. If mrkdwn would format untrusted text in it, builds rich text instead. */
export function section(text: string): SectionBlock | RichTextBlock {
  const kept = cutEscaped(text, 2_900);
  return needsRichText(kept) ? richText(kept) : { type: 'section', text: mrkdwn(kept) };
}

/** Builds small grey text. `texts`: escaped mrkdwn. */
export function context(...texts: string[]): ContextBlock | RichTextBlock {
  const kept = texts.slice(0, 10).map((text) => cutEscaped(text, 1_000));
  // Only rich text shows literal marks beside a mention, time or code span. Use it only then: its text is larger.
  if (kept.some((text) => needsRichText(text) && /[<`*]/.test(text)))
    return richText(kept.join(' · '));
  return {
    type: 'context',
    elements: kept.map((text) =>
      needsRichText(text) ? words(unescaped(asRead(text))) : mrkdwn(text),
    ),
  };
}

/** With `verbatim`, Slack does not turn addresses into links or `@here` into a mention. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Builds plain text, in which Slack formats nothing: even `:tada:` stays text. */
export function words(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** `text` must not be escaped: Slack shows it exactly as it is. */
export function preformatted(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

export function actions(...buttons: Button[]): ActionsBlock {
  return { type: 'actions', elements: buttons };
}

interface ButtonOptions {
  id: string;
  text: string;
  value: object;
  style?: 'primary' | 'danger';
  confirm?: { title: string; text: string; yes: string };
}

export function button({ id, text, value, style, confirm }: ButtonOptions): Button {
  const look = style ? { style } : {};
  const dialog = confirm && {
    title: words(plainLine(confirm.title, 100)),
    text: words(plainLine(confirm.text, 300)),
    confirm: words(plainLine(confirm.yes, 30)),
    deny: words('Not now'),
    ...look,
  };
  return {
    type: 'button',
    action_id: id,
    text: words(plainLine(text, 75)),
    value: JSON.stringify(value),
    ...look,
    ...(dialog ? { confirm: dialog } : {}),
  };
}

/** With `form`, the modal has a button that submits its fields. `title`: at most 24 characters, as Slack requires. */
export function modal(
  title: string,
  blocks: KnownBlock[],
  form?: { id: string; metadata: object; submit: string; close?: string },
): ModalView {
  return {
    type: 'modal',
    title: words(title),
    close: words(form ? (form.close ?? 'Back') : 'Close'),
    ...(form && {
      callback_id: form.id,
      private_metadata: JSON.stringify(form.metadata),
      submit: words(form.submit),
    }),
    blocks,
  };
}

/** A submitted form has the typed reason or note under these ids of block and input. */
export const reasonBlock = 'reason';
export const reasonInput = 'text';

/** `least`: minimum length of the text; 0 makes the field optional. */
export function reasonField(label: string, hint: string, least: number): InputBlock {
  return {
    type: 'input',
    block_id: reasonBlock,
    label: words(label),
    hint: words(hint),
    ...(least === 0 ? { optional: true } : {}),
    element: {
      type: 'plain_text_input',
      action_id: reasonInput,
      multiline: true,
      ...(least === 0 ? {} : { min_length: least }),
      max_length: 500,
    },
  };
}
