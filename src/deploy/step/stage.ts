// Describes a stage: the context that it gets, and the result that it returns.
import type { Deployment } from '../record/deployment.ts';
import type { DeployRequest } from '../record/events.ts';
import { type Facts, type Placement, requireFact } from '../record/facts.ts';
import type { Host, Ports } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';

/** What all work on hosts is given: that of stages, and of inspections. */
export interface HostContext {
  /** The deployment or the inspection. */
  deployment: { id: string };
  target: Target;
  facts: Facts;
  ports: Ports;
  /** Opens every host of the environment, once a run. Fails with HostUnreachable. */
  openHosts: () => Promise<Host[]>;
  /** Why hosts failed, for work that goes on without them: rollbacks, cleanups, inspections. */
  unreachableHosts?: Map<string, string>;
  epoch: number;
  signal: AbortSignal;
  timeoutMs: number;
  /** The beginning of a failure's message: `Upload exited 1 on host-1`. */
  title: string;
}

/** Read-only: a stage returns what it found. */
export interface StageContext extends HostContext {
  deployment: Deployment;
  request: DeployRequest;
}

export interface StageResult {
  summary: string;
  warnings?: string[];
  skipped?: boolean;
  log?: string;
  facts?: Facts;
}

/** Safe to repeat: it looks at the current state before a change, as an earlier run may have ended anywhere. */
export interface Stage {
  run(context: StageContext): Promise<StageResult>;
}

/** The deployment's release, and the slot that it fills. */
export function placementOf({ facts }: Pick<StageContext, 'facts'>): Placement {
  return { release: requireFact(facts, 'release'), slot: requireFact(facts, 'slot') };
}
