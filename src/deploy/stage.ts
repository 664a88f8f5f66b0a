import type { Deployment } from './deployment.ts';
import type { DeployRequest } from './events.ts';
import type { Facts } from './facts.ts';
import type { Host, Ports } from './ports.ts';
import type { Target } from './settings.ts';

/** What a stage is given. Read-only: what it learns, it returns. */
export interface StageContext {
  deployment: Deployment;
  request: DeployRequest;
  target: Target;
  facts: Facts;
  ports: Ports;
  /** Every host of the environment, connected (once a run). Fails with HostUnreachable. */
  openHosts: () => Promise<Host[]>;
  /**
   * There in a rollback and a cleanup, where a host that fails must not hold up the others: hosts that
   * were left behind by this stage, and why. Elsewhere all hosts go together or not at all.
   */
  leftBehind?: Map<string, string>;
  epoch: number;
  signal: AbortSignal;
  /** Milliseconds this stage may take. */
  timeoutMs: number;
  title: string;
}

export interface StageResult {
  summary: string;
  warnings?: string[];
  skipped?: boolean;
  log?: string;
  facts?: Facts;
}

/**
 * One step of a phase and one line of the checklist. Safe to repeat: it looks at what is there
 * before it changes anything, because its last run may have ended anywhere.
 */
export interface Stage {
  name: string;
  title: string;
  /** Stages on every host run on all of them at once; the next begins when all are through. */
  on: 'bot' | 'every-host';
  /** Whether it changes anything on a host: left out of a dry run. */
  changes: boolean;
  timeoutMs: number;
  run(context: StageContext): Promise<StageResult>;
}
