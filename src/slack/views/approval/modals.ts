// Builds the forms for a decision or a rollback, and the modal with the details of a release.
import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { type DecisionMetadata, ids, type RollbackMetadata } from '../../contract/values.ts';
import { modal, reasonField, section } from '../parts/blocks.ts';
import { changeBlocks } from './changes.ts';
import { consequence } from './risks.ts';
import { environmentOf, titleOf } from '../parts/state.ts';
import { quoted } from '../parts/text.ts';
import { releaseName } from '../parts/releases.ts';
import type { Facts } from '../../../deploy/record/facts.ts';

export type Deciding = keyof typeof words;

const SHOWN = 'Shown in the thread.';
/** `least`: minimum length of the text; 0 makes the field optional. */
const words = {
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
} as const;

export function decisionModal(
  d: Deployment,
  deciding: Deciding,
  metadata: z.infer<typeof DecisionMetadata>,
): ModalView {
  const { id, title, submit, label, hint, least } = words[deciding];
  const then = deciding === 'reject' ? 'Nothing live has changed.' : quoted(consequence(d), 400);
  const blocks = [section(`${titleOf(d)}. ${then}`), reasonField(label, hint, least)];
  return modal(title, blocks, { id, metadata, submit });
}

/** `length`: number of visible characters. */
export function tooShort(deciding: Deciding, length: number): string | undefined {
  const { least } = words[deciding];
  if (length >= least) return undefined;
  return least === 1
    ? 'Say why: the thread shows it.'
    : `Say why, in ${least} characters or more: the whole channel sees it.`;
}

/** Builds the form that asks a person for the reason of a rollback. `facts`: commits, which name the releases. */
export function rollbackModal(
  metadata: z.infer<typeof RollbackMetadata>,
  facts: Pick<Facts, 'release' | 'commit' | 'subjects'> = {},
): ModalView {
  const { s: service, e: environment, r: release } = metadata;
  const to = release === undefined ? 'the previous good release' : releaseName(release, facts);
  const where = environmentOf({ service, environment });
  const live = facts.release === release ? undefined : facts.release;
  const from = live === undefined ? '' : ` from ${releaseName(live, facts)}`;
  const blocks = [
    section(
      `Users of *${where}* move${from} to ${to}. Then deployments are locked until somebody unlocks them.`,
    ),
    reasonField('Why?', 'Shown in the thread, and kept in the audit log.', 1),
  ];
  return modal('Roll back', blocks, { id: ids.rollbackModal, metadata, submit: 'Roll back' });
}

export function detailsModal(d: Deployment, target: Target | undefined): ModalView {
  return modal('Details', [section(titleOf(d)), ...changeBlocks(d, target)]);
}
