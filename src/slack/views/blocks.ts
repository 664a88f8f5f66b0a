import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  RichTextBlock,
  SectionBlock,
} from '@slack/types';
import { cutEscaped, plainLine } from './text.ts';

/** The text must be escaped already. */
export function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: cutEscaped(text, 2_900) } };
}

/** Small grey print; the text must be escaped already. */
export function context(...texts: string[]): ContextBlock {
  return {
    type: 'context',
    elements: texts.slice(0, 10).map((text) => ({ type: 'mrkdwn', text: cutEscaped(text, 1_000) })),
  };
}

/** Nothing in here is markup, so what comes from outside needs no escaping. */
export function preformatted(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}

/** A bold word and text that people copy: rich text is shown as it is, character by character. */
export function labelled(label: string, text: string): RichTextBlock {
  const bold = { type: 'text', text: `${label} `, style: { bold: true } } as const;
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [bold, { type: 'text', text }] }],
  };
}

export function actions(...buttons: Button[]): ActionsBlock {
  return { type: 'actions', elements: buttons };
}

export interface ButtonOptions {
  id: string;
  text: string;
  value: object;
  style?: 'primary' | 'danger';
  confirm?: { title: string; text: string; yes: string };
}

export function button(options: ButtonOptions): Button {
  return {
    type: 'button',
    action_id: options.id,
    text: { type: 'plain_text', text: plainLine(options.text, 75), emoji: true },
    value: JSON.stringify(options.value),
    ...(options.style ? { style: options.style } : {}),
    ...(options.confirm ? { confirm: dialog(options.confirm, options.style) } : {}),
  };
}

function dialog(
  confirm: { title: string; text: string; yes: string },
  style: 'primary' | 'danger' | undefined,
): ConfirmationDialog {
  return {
    title: { type: 'plain_text', text: plainLine(confirm.title, 100) },
    text: { type: 'plain_text', text: plainLine(confirm.text, 300) },
    confirm: { type: 'plain_text', text: plainLine(confirm.yes, 30) },
    deny: { type: 'plain_text', text: 'Not now' },
    ...(style ? { style } : {}),
  };
}
