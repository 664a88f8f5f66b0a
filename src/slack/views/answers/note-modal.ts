// Builds a modal that shows an answer, for requests that come from no channel.
import type { ModalView } from '@slack/types';
import { section } from '../parts/blocks.ts';

/** `text`: escaped mrkdwn. */
export function noteModal(text: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'argo' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [section(text)],
  };
}
