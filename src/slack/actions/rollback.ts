import { aimAgain } from '../aim.ts';
import { goBack } from '../go-back.ts';
import { ForDeployment, ids } from '../values.ts';
import { say } from '../views/answers.ts';
import { listens } from './listener.ts';

export const rollback = listens({
  id: ids.rollback,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const aimed = await aimAgain(ports, ask, deployment, { kind: 'rollback' });
    return aimed.kind === 'refused' ? aimed.reply : goBack(ports, ask, id);
  },
});
