import type { Deployment } from '../record/deployment.ts';
import type { DeployRequest } from '../record/events.ts';
import type { Facts } from '../record/facts.ts';
import type { Host, Ports } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';

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
  /** What a failure of it begins with: `Upload exited 1 on host-1`. */
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
 * What one step of a phase does. Safe to repeat: it looks at what is there before it changes anything,
 * because its last run may have ended anywhere.
 */
export interface Stage {
  run(context: StageContext): Promise<StageResult>;
}
