// Describes what the engine passes along while it runs a phase.
import { type Deployment } from '../record/deployment.ts';
import type { Phase } from '../record/events.ts';
import type { Ports } from '../ports/ports.ts';
import { type Settings } from '../settings/settings.ts';

export interface Run {
  ports: Ports;
  settings: Settings;
  worker: string;
  /** Aborted when the worker shuts down, or loses its BullMQ lock, so that another worker may have the job. */
  signal: AbortSignal;
}

export interface StartedPhase {
  deployment: Deployment;
  phase: Phase;
  epoch: number;
  /** Aborted when a change of the record cancels the deployment or makes another phase due. */
  stop: AbortSignal;
}
