import { switchBegan, type Deployment } from '../../deploy/deployment.ts';
import { findTarget } from '../../deploy/settings.ts';
import { aimAgain } from '../aim.ts';
import { setGoing } from '../set-going.ts';
import { noTarget, say } from '../views/answers.ts';
import { person } from '../views/text.ts';
import type { CommandListener } from './listener.ts';

export const cancel: CommandListener<'cancel'> = async (command, ask, ports) => {
  const { records } = ports;
  const found = findTarget(ports.settings, command.service, command.environment);
  if (found.kind !== 'found') return noTarget(found);
  const claim = await records.claim(found.target);
  const running = claim && (await records.read(claim.deployment));
  if (!running) return say('Nothing is running there.');
  const aimed = await aimAgain(ports, ask, running, { kind: 'cancel', deployment: running });
  if (aimed.kind === 'refused') return aimed.reply;
  let refusal: string | undefined;
  const changed = await records.change(running.id, (d) => {
    refusal = whyNot(d);
    return refusal === undefined
      ? [{ type: 'cancel-requested', at: Date.now(), by: ask.user }]
      : [];
  });
  if (changed.kind === 'missing') return say('Nothing is running there.');
  if (refusal !== undefined) return say(refusal);
  await setGoing(ports, changed.deployment);
  return say('Cancelling. Nothing live was changed; the thread tells when it is done.');
};

function whyNot(d: Deployment): string | undefined {
  if (d.finished) return 'That deployment is already over.';
  if (d.request.kind === 'rollback') return 'A rollback cannot be cancelled: let it come through.';
  if (d.rollback) return 'It is already being rolled back.';
  if (switchBegan(d)) {
    return 'Traffic has begun to move, so cancelling would leave it in between. Use Roll back in the thread, or `/argo rollback`.';
  }
  if (d.cancelledBy) return `It is already being cancelled, by ${person(d.cancelledBy)}.`;
  return d.ending ? 'It is already ending.' : undefined;
}
