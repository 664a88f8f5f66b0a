// Wakes a worker for the next phase of a deployment.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';

/** Never throws: the record is already written, so the reconciler wakes a worker if this fails. */
export async function enqueue(ports: SlackPorts, deployment: Deployment): Promise<void> {
  try {
    // This wakes only a worker. Every write of the record already schedules an update of the thread.
    await ports.wake.wake(deployment);
  } catch (error) {
    ports.log.warn(
      { deployment: deployment.id, error: ports.redactor.clean(String(error)) },
      'no worker could be woken for a deployment; the reconciler tries again',
    );
  }
}
