// Builds the forms for a rejection, an approval with a note, and break glass.
import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { type DecisionMetadata, ids } from '../../contract/values.ts';
import { reasonField, section } from '../parts/blocks.ts';
import { consequence } from './risks.ts';
import { deploymentName } from '../parts/state.ts';
import { quoted } from '../parts/text.ts';

export type Deciding = 'reject' | 'approve' | 'break-glass';

interface Words {
  id: string;
  title: string;
  submit: string;
  label: string;
  hint: string;
  /** Minimum length of the text; 0 makes the field optional. */
  least: number;
}

const SHOWN = 'Shown in the thread.';
const words: Record<Deciding, Words> = {
  reject: {
    id: ids.rejectModal,
    title: 'Reject deployment',
    submit: 'Reject',
    label: 'Why?',
    hint: SHOWN,
    least: 1,
  },
  approve: {
    id: ids.approveModal,
    title: 'Approve with a note',
    submit: 'Approve',
    label: 'Note',
    hint: SHOWN,
    least: 0,
  },
  'break-glass': {
    id: ids.glassModal,
    title: 'Break the glass',
    submit: 'Approve alone',
    label: 'Why can no second person approve?',
    hint: 'The whole channel sees it, and it stays on record.',
    least: 10,
  },
};

export function decisionModal(
  d: Deployment,
  deciding: Deciding,
  metadata: z.infer<typeof DecisionMetadata>,
): ModalView {
  const { id, title, submit, label, hint, least } = words[deciding];
  const then = deciding === 'reject' ? 'Nothing live has changed.' : quoted(consequence(d), 400);
  return {
    type: 'modal',
    callback_id: id,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: submit },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(
        `*${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}. ${then}`,
      ),
      reasonField(label, hint, least),
    ],
  };
}

/** Returns the error for a reason that is too short; undefined if it is long enough. */
export function tooShort(deciding: Deciding, typed: string): string | undefined {
  const { least } = words[deciding];
  if (typed.length >= least) return undefined;
  return least === 1
    ? 'Say why: the thread shows it.'
    : `Say why, in ${least} characters or more: the whole channel sees it.`;
}
