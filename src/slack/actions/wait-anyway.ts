import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { ForRequest, ids } from '../contract/values.ts';
import { listens } from './listener.ts';

/** "Wait in line all the same", behind a deployment by the same words: it may bring what is newer. */
export const waitAnyway = listens({
  id: ids.waitAnyway,
  value: ForRequest,
  async run({ s: service, e: environment, slot, ref }, ask, ports) {
    const aimed = await authorizeTarget(ports, ask, { service, environment }, { kind: 'deploy' });
    if (aimed.kind === 'refused') return aimed.reply;
    return requestDeployment(ports, ask, aimed.target, {
      kind: 'deploy',
      slot,
      ref,
      dryRun: false,
      anyway: true,
    });
  },
});
