// Opens the form for a note or a reason of a decision. Submitting the form makes the decision.
import { closedGate } from '../../deploy/acts/approval.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { openGate, type Deployment } from '../../deploy/record/deployment.ts';
import { ForGate, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';
import { type Deciding, decisionModal } from '../views/approval/decision-modal.ts';
import { buttonListener } from './listener.ts';

function formButton(id: string, deciding: Deciding, actionFor: (deployment: Deployment) => Action) {
  return buttonListener({
    id,
    value: ForGate,
    async run(value, interaction, ports) {
      const found = await authorizeById(ports, interaction, value.d, actionFor);
      if (found.kind === 'refused') return found.reply;
      if (!openGate(found.deployment)) return say(refusalText(closedGate(found.deployment)));
      const { channel, thread } = interaction;
      const view = decisionModal(found.deployment, deciding, { ...value, channel, thread });
      await ports.client.views.open({ trigger_id: interaction.trigger, view });
      return undefined;
    },
  });
}

const decides = (deployment: Deployment): Action => ({ kind: 'decide', deployment });

export const reject = formButton(ids.reject, 'reject', decides);
export const approveWithNote = formButton(ids.approveWithNote, 'approve', decides);
export const breakGlass = formButton(ids.breakGlass, 'break-glass', () => ({
  kind: 'break-glass',
}));
