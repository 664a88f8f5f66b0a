// Describes what each part of the process is given, and how it is stopped.
import type { Environment } from '../argo-yml/environment.ts';
import type { Log } from '../deploy/ports/ports.ts';
import type { Redactor } from '../deploy/secrets/redactor.ts';
import type { Settings } from '../deploy/settings/settings.ts';
import type { Check } from '../ops/health.ts';

export type Part = 'bot' | 'worker';

export interface Wiring {
  environment: Environment;
  settings: Settings;
  redisUrl: string;
  log: Log;
  redactor: Redactor;
  /** Ends the process after a fatal error, so that its supervisor restarts it. */
  onFatal: (error: unknown) => void;
}

export interface Running {
  /** Resolves when this part is connected; during an outage of Slack it waits. Rejects if Slack's token is wrong. */
  ready: Promise<void>;
  /** Health checks of this part. */
  checks: readonly Check[];
  /** Interrupts running phases and closes all connections. */
  stop(): Promise<void>;
}
