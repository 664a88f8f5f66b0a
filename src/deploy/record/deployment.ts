import type { Facts } from './facts.ts';
import { describedAs } from './stages.ts';
import type {
  DeployRequest,
  Ending,
  FailureRecord,
  Obstacle,
  Phase,
  WatchCheck,
} from './events.ts';

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
  /** What it was asked to bring along. */
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
  /** Who has approved so far, each person once. */
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
  /** What it is about: raised again, it is the same alert. */
  fingerprint: string;
  /** In the words of the last time. */
  reason: string;
  /** When it was raised first, and last. */
  at: number;
  raisedAt: number;
  /** How often it was raised. */
  count: number;
  acknowledgedBy?: string;
  /** Somebody knows, and is not to be told again before that. */
  snoozed?: { by: string; until: number };
  recoveredAt?: number;
}

/** Its time among those who wait for the claim. */
export interface Line {
  since: number;
  /** From 1, the next; unknown for the instant after it has lined up. */
  place?: number;
  behind?: Obstacle;
  /** When its turn came. */
  until?: number;
}

/** One run, as its journal tells it. Never stored: always folded. */
export interface Deployment {
  id: string;
  version: number;
  epoch: number;
  request: DeployRequest;
  createdAt: number;
  /** Only of one that had to wait. */
  line?: Line;
  /** The phase that should be moving now; undefined while a gate is open and when finished. */
  due: Phase | undefined;
  phasesDone: Phase[];
  /** How often a worker has started the due phase: counts crashes. */
  starts: number;
  /** In the order of the checklist: the plan of the request, then rollback or cleanup once due. */
  stages: StageState[];
  facts: Facts;
  gate?: Gate;
  cancelledBy?: string;
  checks: WatchCheck[];
  alerts: Alert[];
  rollback?: { at: number; by?: string; reason: string };
  /** Why no worker can go on, until one does. */
  stalled?: { at: number; message: string; next: string };
  /** What it will end as, once the cleanup or the rollback is through. */
  ending?: Ending;
  finished?: { at: number; ending: Ending };
  /** Another one has begun since, so what could still be done with this one can no longer. */
  superseded?: boolean;
  updatedAt: number;
}

export function stageOf(d: Deployment, name: string): StageState {
  const stage = d.stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`no stage ${name} in this plan`);
  return stage;
}

/** The stages that move users to the new release, or back from it. */
export function movingStages(d: Deployment, way: 'forth' | 'back'): StageState[] {
  return d.stages.filter(({ name }) => describedAs(name)?.movesTraffic === way);
}

/** From here on users may be on the new release, whatever the journal says of the outcome. */
export function switchBegan(d: Deployment): boolean {
  return movingStages(d, 'forth').some(({ status }) => status !== 'pending');
}

/** A gate that still waits for someone. */
export function openGate(d: Deployment): Gate | undefined {
  return d.gate && !d.gate.decision && !d.finished && !d.ending ? d.gate : undefined;
}

/** Waits for its turn: it has no claim, and no worker may touch a host for it. */
export function isQueued(d: Deployment): boolean {
  return !wasDequeued(d) && !d.finished;
}

/** False of one that waits in line, or left it before its turn: of its stages nothing has happened or will. */
export function wasDequeued({ line }: Deployment): boolean {
  return line === undefined || line.until !== undefined;
}

/** From here on its own time counts. */
export function beganAt({ createdAt, line }: Pick<Deployment, 'createdAt' | 'line'>): number {
  return line?.until ?? createdAt;
}

export function runningStage(d: Deployment): StageState | undefined {
  return d.stages.find((stage) => stage.status === 'running');
}

/** Once users may be on the new release there is no cancelling, only going back. */
export function cancelWaits(d: Deployment): boolean {
  const mayStop = d.due === 'prepare' || (d.due === 'release' && !switchBegan(d));
  return d.cancelledBy !== undefined && mayStop;
}
