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
  /** A part cannot go on: end the process, so that its supervisor starts it again. */
  onFatal: (error: unknown) => void;
}

export interface Running {
  /** Resolves when Slack can reach us, which may take as long as Slack is away; rejects on a bad token. */
  ready: Promise<void>;
  /** What must work for this part to do its work. */
  checks: readonly Check[];
  /** Parks what is running and closes every connection. */
  stop(): Promise<void>;
}
