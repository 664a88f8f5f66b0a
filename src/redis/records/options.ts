// Describes what the records need: Redis, the redactor, and the functions that report changes.
import type { Deployment } from '../../deploy/record/deployment.ts';
import { type DeploymentEvent } from '../../deploy/record/events.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Writing } from '../connection/queries.ts';

export interface RecordsOptions extends Writing {
  redactor: Redactor;
  /** Called after each change that this process made, with the events that it wrote. */
  changed?: (deployment: Deployment, events: readonly DeploymentEvent[]) => void;
  subscribe: (id: string, changed: () => void) => Promise<() => Promise<void>>;
}
