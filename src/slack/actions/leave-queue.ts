import { authorizeDeployment } from '../requests/authorize.ts';
import { leaveLine as leave } from '../requests/leave-queue.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { listens } from './listener.ts';

export const leaveLine = listens({
  id: ids.leaveLine,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const aimed = await authorizeDeployment(ports, ask, deployment, { kind: 'cancel', deployment });
    return aimed.kind === 'refused' ? aimed.reply : leave(ports, ask, deployment);
  },
});
