import { authorizeDeployment } from '../requests/authorize.ts';
import { tryAgain } from '../requests/retry.ts';
import { ForDeployment, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { listens } from './listener.ts';

export const retry = listens({
  id: ids.retry,
  value: ForDeployment,
  async run({ d: id }, ask, ports) {
    const last = await ports.records.read(id);
    if (!last) return say('That deployment is no longer on record.');
    const aimed = await authorizeDeployment(ports, ask, last, { kind: 'deploy' });
    if (aimed.kind === 'refused') return aimed.reply;
    if (last.superseded) {
      return say(
        'Another deployment has begun since. `/argo retry` tries the last one again, `/argo deploy` begins a new one.',
      );
    }
    return tryAgain(ports, ask, aimed.target, last);
  },
});
