// Answers the buttons of an approval card: approves, opens a form for a note or a reason, or shows the changes.
import { closedGate } from '../../deploy/acts/approval.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { openGate, type Deployment } from '../../deploy/record/deployment.ts';
import { cleanDeepInSlices } from '../../deploy/secrets/clean-record.ts';
import { ForGate, ids } from '../contract/values.ts';
import { refusal } from '../requests/authorize.ts';
import { decide } from '../requests/decide.ts';
import { openModal } from '../requests/deploy-form.ts';
import { type Deciding, decisionModal, detailsModal } from '../views/approval/modals.ts';
import { button, deploymentButton } from './button.ts';

const value = ForGate;
const decides = (deployment: Deployment): Action => ({ kind: 'decide', deployment });

/** Builds a button that opens a form. The decision is made when the person submits the form. */
function formButton(
  options: { id: string; urgent?: true; action?: Action | ((deployment: Deployment) => Action) },
  deciding: Deciding,
) {
  return deploymentButton({ value, action: decides, ...options }, async (found, interaction) => {
    const { deployment } = found;
    if (!openGate(deployment)) return refusal(closedGate(deployment));
    const { channel, thread } = interaction;
    const metadata = { ...found.value, channel, thread };
    return openModal(interaction, decisionModal(deployment, deciding, metadata));
  });
}

export const decisionButtons = [
  button({ id: ids.approve, value }, (gate, interaction) =>
    decide(interaction, gate, { kind: 'approved' }),
  ),
  formButton({ id: ids.reject, urgent: true }, 'reject'),
  formButton({ id: ids.approveWithNote }, 'approve'),
  formButton({ id: ids.breakGlass, urgent: true, action: { kind: 'break-glass' } }, 'break-glass'),
  deploymentButton(
    { id: ids.details, value, action: { kind: 'read' } },
    async ({ deployment, target, value: { g: digest } }, interaction) => {
      // The digest covers all that the approval card shows. If it differs, the clicked card is out of date.
      if (openGate(deployment)?.digest !== digest) return refusal({ kind: 'card-outdated' });
      const clean = await cleanDeepInSlices(interaction.ports.redactor, deployment);
      return openModal(interaction, detailsModal(clean, target));
    },
  ),
];
