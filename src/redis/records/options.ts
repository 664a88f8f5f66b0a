import type { Deployment } from '../../deploy/record/deployment.ts';
import { type DeploymentEvent } from '../../deploy/record/events.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { type RecordsRedis as Redis, type Writing } from '../connection/queries.ts';

export interface RecordsOptions extends Writing {
  redis: Redis;
  redactor: Redactor;
  /** Called after every change with what was written, in the process that made it. */
  changed?: (deployment: Deployment, events: readonly DeploymentEvent[]) => void;
  subscribe: (id: string, changed: () => void) => Promise<() => Promise<void>>;
}
