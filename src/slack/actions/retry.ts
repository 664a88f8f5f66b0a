// Answers the Retry button in a deployment's thread.
import { ForDeployment, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { retry as retryDeployment } from '../requests/retry.ts';
import { say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';
import { buttonListener } from './listener.ts';

export const retry = buttonListener({
  id: ids.retry,
  value: ForDeployment,
  async run({ d: id }, interaction, ports) {
    const found = await authorizeById(ports, interaction, id, { kind: 'deploy' });
    if (found.kind === 'refused') return found.reply;
    const { deployment, target } = found;
    // A button in an old thread must not deploy an old commit over a newer deployment.
    if (deployment.superseded) return say(refusalText({ kind: 'superseded' }));
    return retryDeployment(ports, interaction, target, deployment);
  },
});
