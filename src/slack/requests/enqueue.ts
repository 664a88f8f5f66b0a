// Wakes a worker for what is next of a deployment.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** The record is written, so the person's part is done: if waking fails, the reconciler does it. */
export async function enqueue(ports: SlackPorts, deployment: Deployment): Promise<void> {
  try {
    // Its thread is announced by the records themselves, with every write.
    await ports.wake.wake(deployment);
  } catch (error) {
    ports.log.warn(
      { deployment: deployment.id, error: ports.redactor.clean(String(error)) },
      'no worker could be woken; the reconciler will',
    );
  }
}
