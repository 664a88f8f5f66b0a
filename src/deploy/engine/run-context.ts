// Describes what the engine passes along while it runs a phase.
import { type Deployment } from '../record/deployment.ts';
import type { Phase } from '../record/events.ts';
import type { Ports } from '../ports/ports.ts';
import { type Settings } from '../settings/settings.ts';

export interface Run {
  ports: Ports;
  settings: Settings;
  worker: string;
  /** Aborted on shutdown and when the queue's lock is lost. */
  signal: AbortSignal;
}

export interface StartedPhase {
  deployment: Deployment;
  phase: Phase;
  epoch: number;
  /** Aborted when this phase is no longer due according to the record, or when the deployment is cancelled. */
  stop: AbortSignal;
}
