// Rolls a deployment back from its thread.
import { releaseToReturnTo } from '../../deploy/acts/roll-back.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { authorizeById } from '../requests/act.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { rollBack } from '../requests/roll-back.ts';
import { listens } from './listener.ts';

export const rollback = listens({
  id: ids.rollback,
  value: ForDeployment,
  async run({ d: id }, interaction, ports) {
    const found = await authorizeById(ports, interaction, id, { kind: 'rollback' });
    if (found.kind === 'refused') return found.reply;
    const ref = releaseToReturnTo(found.deployment);
    if (ref === undefined) return rollBack(ports, interaction, id);
    return requestDeployment(ports, interaction, found.target, { kind: 'rollback', ref });
  },
});
