import type { ModalView } from '@slack/types';
import { section } from '../parts/blocks.ts';

/** An answer where there is no channel to give it in; mrkdwn, escaped. */
export function noteModal(text: string): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'argo' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [section(text)],
  };
}
