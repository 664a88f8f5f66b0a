import type { Deployment } from '../deploy/deployment.ts';
import type { SlackPorts } from './ports.ts';

/** The record is written, so the person's part is done: if waking fails, the reconciler does it. */
export async function setGoing(ports: SlackPorts, deployment: Deployment): Promise<void> {
  const woken = await Promise.allSettled([
    ports.wake.wake(deployment),
    ports.wake.announce(deployment.id),
  ]);
  for (const one of woken) {
    if (one.status === 'fulfilled') continue;
    const error = ports.redactor.clean(String(one.reason));
    ports.log.warn(
      { deployment: deployment.id, error },
      'no worker could be woken; the reconciler will',
    );
  }
}
