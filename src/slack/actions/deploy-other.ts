// Repeats a deployment into the other slot, because the slot that the person named is live.
import { otherSlot } from '../../deploy/record/events.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { say } from '../views/answers/answers.ts';
import { buttonListener } from './listener.ts';

export const deployOther = buttonListener({
  id: ids.deployOther,
  value: ForDeployment,
  async run({ d: id }, interaction, ports) {
    const found = await authorizeById(ports, interaction, id, { kind: 'deploy' });
    if (found.kind === 'refused') return found.reply;
    const { request } = found.deployment;
    if (!('slot' in request)) return say('That deployment named no slot.');
    const slot = request.slot === 'idle' ? request.slot : otherSlot(request.slot);
    return requestDeployment(ports, interaction, found.target, { ...request, slot });
  },
});
