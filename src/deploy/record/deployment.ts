// Describes a deployment as its journal tells it: its stages, gate, alerts, and whether users were moved.
import type { Facts } from './facts.ts';
import { stageNamed } from './stages.ts';
import type { FailureRecord } from './errors.ts';
import type { DeployRequest, Ending, Obstacle, Phase } from './events.ts';
import type { WatchCheck } from './watch-check.ts';

export type StageStatus = 'pending' | 'running' | 'done' | 'skipped' | 'failed';

export interface StageState {
  name: string;
  title: string;
  noun: string;
  phase: Phase;
  status: StageStatus;
  startedAt?: number;
  endedAt?: number;
  ms?: number;
  summary?: string;
  warnings: string[];
  failure?: FailureRecord;
  /** Text that the thread shows as a file. */
  log?: string;
}

export interface Vote {
  by: string;
  at: number;
  note?: string;
}

export interface Gate {
  digest: string;
  openedAt: number;
  expiresAt: number;
  /** Approvals so far, each person once. */
  votes: Vote[];
  decision?:
    | {
        kind: 'approved';
        by: string;
        at: number;
        /** Why one person approved alone. */ brokeGlass?: string;
      }
    | { kind: 'rejected'; by: string; at: number; reason: string }
    | { kind: 'expired'; at: number }
    | { kind: 'voided'; at: number; reason: string };
}

export interface Alert {
  /** Identifies the alert: raised again, it is the same one. */
  fingerprint: string;
  /** The latest reason. */
  reason: string;
  /** First and last time it was raised. */
  at: number;
  raisedAt: number;
  count: number;
  acknowledgedBy?: string;
  snoozed?: { by: string; until: number };
  recoveredAt?: number;
}

/** The deployment's time in the queue. */
export interface Queued {
  since: number;
  /** From 1, the next; undefined until the first `queue-moved`. */
  place?: number;
  behind?: Obstacle;
  /** When it left the queue and got the claim. */
  until?: number;
}

/** Never stored: always folded from the journal. */
export interface Deployment {
  id: string;
  version: number;
  epoch: number;
  request: DeployRequest;
  createdAt: number;
  queued?: Queued;
  /** The phase that a worker should run; undefined while a gate is open and when finished. */
  due: Phase | undefined;
  phasesDone: Phase[];
  /** How often workers have started the due phase: counts crashes. */
  starts: number;
  /** In the order of the checklist: the plan of the request, then rollback or cleanup once due. */
  stages: StageState[];
  facts: Facts;
  gate?: Gate;
  cancelledBy?: string;
  checks: WatchCheck[];
  alerts: Alert[];
  rollback?: { at: number; by?: string; reason: string };
  /** Why no worker can continue, until one does. */
  stalled?: { at: number; message: string; next: string };
  /** The ending once the cleanup or rollback is complete. */
  ending?: Ending;
  finished?: { at: number; ending: Ending };
  /** A newer deployment has started, so the buttons of this one are disabled. */
  superseded?: boolean;
  updatedAt: number;
}

export function stageOf(d: Deployment, name: string): StageState {
  const stage = d.stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`no stage ${name} in this plan`);
  return stage;
}

/** Stages that move users to the new release (`forth`), or back from it. */
export function movingStages(d: Deployment, way: 'forth' | 'back'): StageState[] {
  return d.stages.filter(({ name }) => stageNamed(name)?.movesTraffic === way);
}

/** True once users may be on the new release, whatever the journal says of the result. */
export function switchBegan(d: Deployment): boolean {
  return movingStages(d, 'forth').some(({ status }) => status !== 'pending');
}

export function openGate(d: Deployment): Gate | undefined {
  return d.gate && !d.gate.decision && !d.finished && !d.ending ? d.gate : undefined;
}

/** True while it waits in the queue: it has no claim, and no worker may touch a host for it. */
export function isQueued(d: Deployment): boolean {
  return !wasDequeued(d) && !d.finished;
}

/** False if it is queued, or was cancelled in the queue: none of its stages ran. */
export function wasDequeued({ queued }: Deployment): boolean {
  return queued === undefined || queued.until !== undefined;
}

/** When it got the claim, Unix milliseconds; its duration counts from here. */
export function beganAt({ createdAt, queued }: Pick<Deployment, 'createdAt' | 'queued'>): number {
  return queued?.until ?? createdAt;
}

export function runningStage(d: Deployment): StageState | undefined {
  return d.stages.find((stage) => stage.status === 'running');
}

/** True if a cancel still has to stop the run. Once users may be on the new release, only a rollback helps. */
export function isCancelPending(d: Deployment): boolean {
  const mayStop = d.due === 'prepare' || (d.due === 'release' && !switchBegan(d));
  return d.cancelledBy !== undefined && mayStop;
}
