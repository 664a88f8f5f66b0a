import { openAlert, type Deployment } from '../../deploy/deployment.ts';
import type { DeploymentEvent } from '../../deploy/events.ts';
import { aimAgain } from '../aim.ts';
import { setGoing } from '../set-going.ts';
import { ForAlert, ids } from '../values.ts';
import { say } from '../views/answers.ts';
import { person } from '../views/text.ts';
import { listens } from './listener.ts';

export const acknowledge = listens({
  id: ids.acknowledge,
  value: ForAlert,
  async run({ d: id, a: number }, ask, ports) {
    const deployment = await ports.records.read(id);
    if (!deployment) return say('That deployment is no longer on record.');
    const aimed = await aimAgain(ports, ask, deployment, { kind: 'acknowledge' });
    if (aimed.kind === 'refused') return aimed.reply;
    let refusal: string | undefined;
    const changed = await ports.records.change(id, (d): DeploymentEvent[] => {
      refusal = whyNot(d, number);
      return refusal === undefined ? [{ type: 'acknowledged', at: Date.now(), by: ask.user }] : [];
    });
    if (changed.kind === 'missing') return say('That deployment is no longer on record.');
    if (refusal !== undefined) return say(refusal);
    await setGoing(ports, changed.deployment);
    return say('Acknowledged. The watch goes on.');
  },
});

/** A late click must not undo a recovery, nor land on the next alert. */
function whyNot(d: Deployment, number: number): string | undefined {
  const alert = d.alerts[number - 1];
  if (!alert || openAlert(d) !== alert) return 'That alert is already over.';
  return alert.acknowledgedBy
    ? `Already acknowledged by ${person(alert.acknowledgedBy)}.`
    : undefined;
}
