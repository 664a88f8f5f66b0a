import { otherSlot } from '../../deploy/record/events.ts';
import { authorizeDeployment } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { listens } from './listener.ts';

/** "Deploy to blue instead", after green turned out to be live. */
export const deployOther = listens({
  id: ids.deployOther,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const before = await ports.records.read(id);
    if (!before) return say('That deployment is no longer on record.');
    const aimed = await authorizeDeployment(ports, ask, before, { kind: 'deploy' });
    if (aimed.kind === 'refused') return aimed.reply;
    const { slot, ref, dryRun, plan } = before.request;
    const wanted = slot === 'idle' ? slot : otherSlot(slot);
    return requestDeployment(ports, ask, aimed.target, {
      kind: 'deploy',
      slot: wanted,
      ref,
      dryRun,
      plan,
    });
  },
});
