import { FactsSchema, type Facts } from './facts.ts';
import type {
  DeploymentEvent,
  DeployRequest,
  Ending,
  FailureRecord,
  Phase,
  WatchCheck,
} from './events.ts';
import { phasesOf, stagesOf } from './pipeline.ts';

export type StageStatus = 'pending' | 'running' | 'done' | 'skipped' | 'failed';

export interface StageState {
  name: string;
  title: string;
  phase: Phase;
  status: StageStatus;
  startedAt?: number;
  ms?: number;
  summary?: string;
  warnings: string[];
  failure?: FailureRecord;
}

export interface Gate {
  digest: string;
  openedAt: number;
  expiresAt: number;
  decision?:
    | { kind: 'approved'; by: string; at: number }
    | { kind: 'rejected'; by: string; at: number; reason: string }
    | { kind: 'expired'; at: number }
    | { kind: 'voided'; at: number; reason: string };
}

export interface Alert {
  reason: string;
  at: number;
  acknowledgedBy?: string;
  recoveredAt?: number;
}

/** One run, as its journal tells it. Never stored: always folded. */
export interface Deployment {
  id: string;
  version: number;
  epoch: number;
  request: DeployRequest;
  createdAt: number;
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
  /** What it will end as, once the cleanup or the rollback is through. */
  ending?: Ending;
  finished?: { at: number; ending: Ending };
  updatedAt: number;
}

export function fold(events: readonly DeploymentEvent[]): Deployment {
  const [first] = events;
  if (first?.type !== 'requested') throw new Error('a journal begins with requested');
  const deployment: Deployment = {
    id: first.id,
    version: 0,
    epoch: 0,
    request: first.request,
    createdAt: first.at,
    due: phasesOf(first.request)[0],
    phasesDone: [],
    starts: 0,
    stages: phasesOf(first.request).flatMap((phase) => pendingStages(first.request, phase)),
    facts: {},
    checks: [],
    alerts: [],
    updatedAt: first.at,
  };
  for (const event of events) apply(deployment, event);
  return deployment;
}

function pendingStages(request: DeployRequest, phase: Phase): StageState[] {
  return stagesOf(request, phase).map(({ name, title }) => ({
    name,
    title,
    phase,
    status: 'pending',
    warnings: [],
  }));
}

function apply(d: Deployment, event: DeploymentEvent): void {
  d.version += 1;
  d.updatedAt = event.at;
  // The end is the end: what comes late is in the journal and changes nothing.
  if (d.finished) return;
  switch (event.type) {
    case 'requested':
      return;
    case 'phase-started':
      d.epoch = event.epoch;
      d.starts += 1;
      return;
    case 'intent':
      return begin(d, event.stage, event.at);
    case 'done':
      return finishStage(d, event);
    case 'stage-failed':
      return failStage(d, event);
    case 'phase-done':
      return finishPhase(d, event.phase);
    case 'gate-opened':
      d.gate = { digest: event.digest, openedAt: event.at, expiresAt: event.expiresAt };
      d.due = undefined;
      return;
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'voided':
      return decide(d, event);
    case 'cancel-requested':
      d.cancelledBy = event.by;
      // A worker that runs the phase notices and stops; where none runs, the cleanup is due at once.
      return begun(d) ? undefined : turnTo(d, 'cleanup', 'cancelled');
    case 'checked':
      d.checks.push(...event.checks);
      return;
    case 'alerted':
      d.alerts.push({ reason: event.reason, at: event.at });
      return;
    case 'acknowledged':
    case 'recovered':
      return settleAlert(d, event);
    case 'rollback-requested':
      d.rollback ??= { at: event.at, reason: event.reason, ...(event.by ? { by: event.by } : {}) };
      for (const stage of d.stages) if (stage.status === 'running') stopStage(stage, event.reason);
      return turnTo(d, 'rollback', 'rolled-back');
    case 'finished':
      d.finished = { at: event.at, ending: event.ending };
      d.due = undefined;
      return;
  }
}

/** The watch that asked for the rollback ends with it: it has done its work. */
function stopStage(stage: StageState, reason: string): void {
  stage.status = 'failed';
  stage.summary = reason;
}

/** Whether some worker has taken the due phase; before that nobody would notice a cancel. */
function begun(d: Deployment): boolean {
  return d.due !== undefined && d.starts > 0;
}

function turnTo(d: Deployment, phase: Phase, ending: Ending): void {
  if (d.due === phase) return;
  d.due = phase;
  d.ending = ending;
  d.starts = 0;
  if (!d.stages.some((stage) => stage.phase === phase))
    d.stages.push(...pendingStages(d.request, phase));
}

export function stageOf(d: Deployment, name: string): StageState {
  const stage = d.stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`no stage ${name} in this plan`);
  return stage;
}

function begin(d: Deployment, name: string, at: number): void {
  const stage = stageOf(d, name);
  stage.status = 'running';
  stage.startedAt ??= at;
}

function finishStage(d: Deployment, event: DeploymentEvent & { type: 'done' }): void {
  const stage = stageOf(d, event.stage);
  stage.status = event.skipped ? 'skipped' : 'done';
  stage.ms = event.ms;
  stage.summary = event.summary;
  stage.warnings = event.warnings;
  d.facts = { ...d.facts, ...FactsSchema.parse(event.facts) };
}

/** Until the switch has begun nothing live has changed, so there is only cleaning up; then, going back. */
function failStage(d: Deployment, event: DeploymentEvent & { type: 'stage-failed' }): void {
  const stage = stageOf(d, event.stage);
  const moved = switchBegan(d);
  stage.status = 'failed';
  stage.ms = event.ms;
  stage.failure = event.failure;
  switch (stage.phase) {
    case 'prepare':
      return turnTo(d, 'cleanup', d.cancelledBy ? 'cancelled' : 'failed');
    case 'release':
    case 'watch':
      if (!moved) return turnTo(d, 'cleanup', d.cancelledBy ? 'cancelled' : 'voided');
      d.rollback ??= { at: event.at, reason: event.failure.message };
      return turnTo(d, 'rollback', 'rolled-back');
    case 'rollback':
      d.ending = 'rollback-failed';
      d.due = undefined;
      return;
    case 'cleanup':
      d.due = undefined;
      return;
  }
}

/** From here on users may be on the new release, whatever the journal says of the outcome. */
export function switchBegan(d: Deployment): boolean {
  return d.stages.some(({ name, status }) => name === 'switch' && status !== 'pending');
}

function finishPhase(d: Deployment, phase: Phase): void {
  d.phasesDone.push(phase);
  d.starts = 0;
  if (phase === 'prepare' && d.cancelledBy) return turnTo(d, 'cleanup', 'cancelled');
  const plan = phasesOf(d.request);
  const next = plan[plan.indexOf(phase) + 1];
  const inPlan = plan.includes(phase) && d.due === phase;
  d.due = inPlan && next && phase !== 'prepare' ? next : undefined;
}

function decide(
  d: Deployment,
  event: DeploymentEvent & { type: 'approved' | 'rejected' | 'expired' | 'voided' },
): void {
  if (!d.gate) throw new Error('a decision needs a gate');
  if (d.gate.decision) return;
  const { at } = event;
  switch (event.type) {
    case 'approved':
      d.gate.decision = { kind: 'approved', by: event.by, at };
      d.due = 'release';
      d.starts = 0;
      return;
    case 'rejected':
      d.gate.decision = { kind: 'rejected', by: event.by, at, reason: event.reason };
      break;
    case 'expired':
      d.gate.decision = { kind: 'expired', at };
      break;
    case 'voided':
      d.gate.decision = { kind: 'voided', at, reason: event.reason };
      break;
  }
  turnTo(d, 'cleanup', event.type);
}

function settleAlert(
  d: Deployment,
  event: DeploymentEvent & { type: 'acknowledged' | 'recovered' },
): void {
  const alert = d.alerts.at(-1);
  if (!alert) return;
  if (event.type === 'recovered') alert.recoveredAt = event.at;
  else alert.acknowledgedBy ??= event.by;
}

/** A gate that still waits for someone. */
export function openGate(d: Deployment): Gate | undefined {
  return d.gate && !d.gate.decision && !d.finished && !d.ending ? d.gate : undefined;
}

/** An alert that nobody has seen recover. */
export function openAlert(d: Deployment): Alert | undefined {
  const alert = d.alerts.at(-1);
  return alert && alert.recoveredAt === undefined && !d.finished && !d.rollback ? alert : undefined;
}

export function runningStage(d: Deployment): StageState | undefined {
  return d.stages.find((stage) => stage.status === 'running');
}
