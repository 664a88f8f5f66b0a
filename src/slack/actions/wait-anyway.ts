// Queues a deployment behind a running one with the same ref, because its branch may have newer commits.
import { authorizeTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { ForRequest, ids } from '../contract/values.ts';
import { buttonListener } from './listener.ts';

export const waitAnyway = buttonListener({
  id: ids.waitAnyway,
  value: ForRequest,
  async run({ s: service, e: environment, slot, ref }, interaction, ports) {
    const authorized = await authorizeTarget(
      ports,
      interaction,
      { service, environment },
      { kind: 'deploy' },
    );
    if (authorized.kind === 'refused') return authorized.reply;
    const wanted = { kind: 'deploy', slot, ref, dryRun: false } as const;
    return requestDeployment(ports, interaction, authorized.target, wanted, true);
  },
});
