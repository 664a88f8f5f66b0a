import { aimAgain } from '../aim.ts';
import { leaveLine as leave } from '../leave-line.ts';
import { ForDeployment, ids } from '../values.ts';
import { say } from '../views/answers.ts';
import { listens } from './listener.ts';

export const leaveLine = listens({
  id: ids.leaveLine,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const aimed = await aimAgain(ports, ask, deployment, { kind: 'cancel', deployment });
    return aimed.kind === 'refused' ? aimed.reply : leave(ports, ask, deployment);
  },
});
