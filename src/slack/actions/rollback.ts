import { returnsTo } from '../../deploy/again.ts';
import { aimAgain } from '../aim.ts';
import { begin } from '../begin.ts';
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
    if (aimed.kind === 'refused') return aimed.reply;
    const release = returnsTo(deployment);
    if (release === undefined) return goBack(ports, ask, id);
    // It is over and live: going back is a deployment of its own, to what the button said.
    const wanted = { kind: 'rollback', slot: 'idle', dryRun: false, ref: release } as const;
    return begin(ports, ask, aimed.target, wanted);
  },
});
