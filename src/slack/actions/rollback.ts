import { returnsTo } from '../../deploy/history/retry.ts';
import { authorizeDeployment } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { goBack } from '../requests/go-back.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { listens } from './listener.ts';

export const rollback = listens({
  id: ids.rollback,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const aimed = await authorizeDeployment(ports, ask, deployment, { kind: 'rollback' });
    if (aimed.kind === 'refused') return aimed.reply;
    const release = returnsTo(deployment);
    if (release === undefined) return goBack(ports, ask, id);
    // It is over and live: going back is a deployment of its own, to what the button said.
    const wanted = { kind: 'rollback', slot: 'idle', dryRun: false, ref: release } as const;
    return requestDeployment(ports, ask, aimed.target, wanted);
  },
});
