// Describes a deployment as its journal tells it: its stages, gate, alerts, and whether users were moved.
import type { Facts } from './facts.ts';
import { type StageDescription, stageNamed } from './stages.ts';
import type { FailureRecord } from './errors.ts';
import type { DeploymentEvent, DeployRequest, Ending, Obstacle, Phase } from './events.ts';
import type { WatchCheck } from './watch-check.ts';

export interface StageState extends Pick<StageDescription, 'name' | 'title' | 'noun'> {
  phase: Phase;
  status: 'pending' | 'running' | 'done' | 'skipped' | 'failed';
  startedAt?: number;
  endedAt?: number;
  ms?: number;
  summary?: string;
  warnings: string[];
  failure?: FailureRecord;
  /** Longer text, which the Slack thread shows as a file. */
  log?: string;
}

export type Vote = Pick<DeploymentEvent & { type: 'voted' }, 'by' | 'at' | 'note'>;

export interface Gate {
  digest: string;
  openedAt: number;
  expiresAt: number;
  /** Approvals so far, one for each person. */
  votes: Vote[];
  decision?:
    | {
        kind: 'approved';
        by: string;
        at: number;
        /** The reason of a person who approved alone in an emergency (break-glass). */
        brokeGlass?: string | undefined;
      }
    | { kind: 'rejected'; by: string; at: number; reason: string }
    | { kind: 'expired'; at: number }
    | { kind: 'voided'; at: number; reason: string };
}

export interface Alert {
  /** Identifies the alert: an event with this fingerprint raises the same alert again. */
  fingerprint: string;
  /** Why the alert was raised the last time. */
  reason: string;
  /** When the alert was raised first; `raisedAt` is the last time. */
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
  /** Position in the queue, 1 for the next to start; undefined until the first `queue-moved` event. */
  place?: number;
  behind?: Obstacle;
  /** When the deployment left the queue and got its environment's claim, Unix milliseconds; undefined until then. */
  until?: number;
}

/** The state of a deployment. It is never stored, but computed from the events of its journal. */
export interface Deployment {
  id: string;
  version: number;
  epoch: number;
  request: DeployRequest;
  createdAt: number;
  queued?: Queued;
  /** The phase that a worker must run next; undefined in the queue, while a gate is open, and at the end. */
  due: Phase | undefined;
  phasesDone: Phase[];
  /** How often workers have started the due phase. More than once means that a worker crashed. */
  starts: number;
  /** In checklist order: the planned stages, followed by those of a rollback or cleanup once that is due. */
  stages: StageState[];
  facts: Facts;
  gate?: Gate;
  cancelledBy?: string;
  checks: WatchCheck[];
  alerts: Alert[];
  rollback?: { at: number; by?: string | undefined; reason: string };
  /** Why no worker can continue the deployment; cleared when a worker starts the phase again. */
  stalled?: { at: number; message: string; next: string };
  /** The ending that the deployment gets when its cleanup or rollback is complete. */
  ending?: Ending;
  finished?: { at: number; ending: Ending };
  /** A newer deployment has started, so the buttons of this one are disabled. */
  superseded?: boolean;
  updatedAt: number;
}

/** Returns the stages that move users to the new release (`forth`) or back from it (`back`). */
export function movingStages(d: Deployment, way: 'forth' | 'back'): StageState[] {
  return d.stages.filter(({ name }) => stageNamed(name)?.movesTraffic === way);
}

/** True once the switch has started: users may be on the new release, even if the switch failed. */
export function switchBegan(d: Deployment): boolean {
  return movingStages(d, 'forth').some(({ status }) => status !== 'pending');
}

export function openGate(d: Deployment): Gate | undefined {
  return d.gate && !d.gate.decision && !d.finished && !d.ending ? d.gate : undefined;
}

/** True while the deployment waits in the queue. It has no claim, so no worker may change a host for it. */
export function isQueued(d: Deployment): boolean {
  return !wasDequeued(d) && !d.finished;
}

/** True if the deployment left the queue, or never waited. False if it ended in the queue: no stage has run. */
export function wasDequeued({ queued }: Deployment): boolean {
  return queued === undefined || queued.until !== undefined;
}

/** When the deployment left the queue, or was created if it never waited, in Unix milliseconds. */
export function beganAt({ createdAt, queued }: Pick<Deployment, 'createdAt' | 'queued'>): number {
  return queued?.until ?? createdAt;
}

export function runningStage(d: Deployment): StageState | undefined {
  return d.stages.find((stage) => stage.status === 'running');
}

/** True if a requested cancel must still stop the deployment. After the switch, only a rollback can stop one. */
export function isCancelPending(d: Deployment): boolean {
  const mayStop = d.due === 'prepare' || (d.due === 'release' && !switchBegan(d));
  return d.cancelledBy !== undefined && mayStop;
}
