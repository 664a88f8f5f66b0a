// Describes what the records need: Redis, the redactor, and who hears of changes.
import type { Deployment } from '../../deploy/record/deployment.ts';
import { type DeploymentEvent } from '../../deploy/record/events.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Writing } from '../connection/queries.ts';

export interface RecordsOptions extends Writing {
  redactor: Redactor;
  /** Called in this process after each of its changes, with the events that were written. */
  changed?: (deployment: Deployment, events: readonly DeploymentEvent[]) => void;
  subscribe: (id: string, changed: () => void) => Promise<() => Promise<void>>;
}
