// Builds the Details modal, which shows an approver all changes of a release.
import type { ModalView } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { section } from '../parts/blocks.ts';
import { deploymentName } from '../parts/state.ts';
import { quoted } from '../parts/text.ts';
import { changeBlocks } from './changes.ts';

export function detailsModal(d: Deployment, target: Target | undefined): ModalView {
  const name = `*${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}`;
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Details' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [section(name), ...changeBlocks(d, target)],
  };
}
