import { openGate, type Deployment } from '../../deploy/record/deployment.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { authorizeDeployment } from '../requests/authorize.ts';
import { closed } from '../requests/decide.ts';
import { ForGate, ids } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { type Deciding, decisionModal } from '../views/approval/decision-modal.ts';
import { listens } from './listener.ts';

/** Asks for the words; the decision falls when the modal comes back, and is checked again then. */
function asksFor(id: string, deciding: Deciding, actionFor: (deployment: Deployment) => Action) {
  return listens({
    id,
    value: ForGate,
    async run(value, ask, ports) {
      const deployment = await ports.records.read(value.d);
      if (!deployment) return say('That deployment is no longer on record. Nothing was changed.');
      const aimed = await authorizeDeployment(ports, ask, deployment, actionFor(deployment));
      if (aimed.kind === 'refused') return aimed.reply;
      if (!openGate(deployment)) return say(closed(deployment));
      const { channel, thread } = ask;
      const view = decisionModal(deployment, deciding, { ...value, channel, thread });
      await ports.client.views.open({ trigger_id: ask.trigger, view });
      return undefined;
    },
  });
}

const decides = (deployment: Deployment): Action => ({ kind: 'decide', deployment });

export const reject = asksFor(ids.reject, 'reject', decides);
export const approveWithNote = asksFor(ids.approveWithNote, 'approve', decides);
export const breakGlass = asksFor(ids.breakGlass, 'break-glass', () => ({ kind: 'break-glass' }));
