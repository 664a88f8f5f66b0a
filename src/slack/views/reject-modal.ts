import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import type { Deployment } from '../../deploy/deployment.ts';
import { ids, type RejectMetadata } from '../values.ts';
import { section } from './blocks.ts';
import { aim } from './state.ts';
import { quoted } from './text.ts';

export const reasonBlock = 'reason';
export const reasonInput = 'text';

export function rejectModal(d: Deployment, metadata: z.infer<typeof RejectMetadata>): ModalView {
  return {
    type: 'modal',
    callback_id: ids.rejectModal,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Reject deployment' },
    submit: { type: 'plain_text', text: 'Reject' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(
        `*${quoted(aim(d), 150)}* in ${quoted(d.request.environment, 60)}. Nothing live has changed.`,
      ),
      {
        type: 'input',
        block_id: reasonBlock,
        label: { type: 'plain_text', text: 'Why?' },
        hint: { type: 'plain_text', text: 'Shown in the thread.' },
        element: {
          type: 'plain_text_input',
          action_id: reasonInput,
          multiline: true,
          min_length: 1,
          max_length: 500,
        },
      },
    ],
  };
}
