import { openGate } from '../../deploy/deployment.ts';
import { aimAgain } from '../aim.ts';
import { closed } from '../decide.ts';
import { ForGate, ids } from '../values.ts';
import { say } from '../views/answers.ts';
import { rejectModal } from '../views/reject-modal.ts';
import { listens } from './listener.ts';

/** Asks for the reason; the decision falls when the modal comes back, and is checked again then. */
export const reject = listens({
  id: ids.reject,
  value: ForGate,
  async run(value, ask, ports) {
    const deployment = await ports.records.read(value.d);
    if (!deployment) return say('That deployment is no longer on record. Nothing was changed.');
    const aimed = await aimAgain(ports, ask, deployment, { kind: 'decide', deployment });
    if (aimed.kind === 'refused') return aimed.reply;
    if (!openGate(deployment)) return say(closed(deployment));
    const { channel, thread } = ask;
    const view = rejectModal(deployment, { ...value, channel, thread });
    await ports.client.views.open({ trigger_id: ask.trigger, view });
    return undefined;
  },
});
