// Answers the button that removes a deployment from the queue.
import { ForDeployment, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { leaveQueue as leave } from '../requests/leave-queue.ts';
import { buttonListener } from './listener.ts';

export const leaveQueue = buttonListener({
  id: ids.leaveQueue,
  value: ForDeployment,
  async run({ d: id }, interaction, ports) {
    const found = await authorizeById(ports, interaction, id, (deployment) => ({
      kind: 'cancel',
      deployment,
    }));
    return found.kind === 'refused' ? found.reply : leave(ports, interaction, found.deployment);
  },
});
