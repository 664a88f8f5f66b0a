// Builds the form that asks a person for the reason of a rollback.
import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import { ids, type RollbackMetadata } from '../../contract/values.ts';
import { reasonField, section } from '../parts/blocks.ts';
import { environmentOf } from '../parts/state.ts';
import { releaseCode } from '../parts/watch-words.ts';

export function rollbackModal(metadata: z.infer<typeof RollbackMetadata>): ModalView {
  const { s: service, e: environment, r: release } = metadata;
  const to = release === undefined ? 'the previous good release' : releaseCode(release);
  return {
    type: 'modal',
    callback_id: ids.rollbackModal,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Roll back' },
    submit: { type: 'plain_text', text: 'Roll back' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(
        `*${environmentOf({ request: { service, environment } })}* returns to ${to}. Then deployments are locked pending review.`,
      ),
      reasonField('Why?', 'Shown in the thread, and kept in the audit log.', 1),
    ],
  };
}
