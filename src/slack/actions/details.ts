// Answers the Details button of an open approval card: shows the changes to the person who clicked.
import { openGate } from '../../deploy/record/deployment.ts';
import { cleanDeepInSlices } from '../../deploy/secrets/clean-record.ts';
import { cleanMessage } from '../api/clean-message.ts';
import { ForGate, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';
import { detailsModal } from '../views/approval/details-modal.ts';
import { buttonListener } from './listener.ts';

export const details = buttonListener({
  id: ids.details,
  value: ForGate,
  async run({ d: id, g: digest }, interaction, ports) {
    const found = await authorizeById(ports, interaction, id, { kind: 'read' });
    if (found.kind === 'refused') return found.reply;
    // The approval is bound to this digest, so the details of any other digest must not be shown.
    if (openGate(found.deployment)?.digest !== digest)
      return say(refusalText({ kind: 'card-outdated' }));
    const deployment = await cleanDeepInSlices(ports.redactor, found.deployment);
    const view = cleanMessage(ports.redactor, detailsModal(deployment, found.target));
    await ports.client.views.open({ trigger_id: interaction.trigger, view });
    return undefined;
  },
});
