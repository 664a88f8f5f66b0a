// Decides what each event of a journal means: folds the events into the deployment.
import { withoutLog } from './errors.ts';
import { deepFreeze } from './deep-freeze.ts';
import { applyToAlerts } from './alerts.ts';
import { type Deployment, isQueued, type StageState, switchBegan } from './deployment.ts';
import type { DeploymentEvent, DeployRequest, Ending, Phase } from './events.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { type GateDecision, settleGate, vote } from './gate.ts';
import { phasesOf, stagesOf } from './plan.ts';
import { describeRequest } from './requests.ts';
import { stageNamed } from './stages.ts';

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
  return stagesOf(request, phase).map((stage) => pendingStage(stage, phase));
}

function pendingStage(
  { name, title, noun }: Pick<StageState, 'name' | 'title' | 'noun'>,
  phase: Phase,
): StageState {
  return { name, title, noun, phase, status: 'pending', warnings: [] };
}

function apply(d: Deployment, event: DeploymentEvent): void {
  d.version += 1;
  d.updatedAt = event.at;
  if (event.type === 'superseded') {
    d.superseded = true;
    return;
  }
  if (d.finished) return;
  switch (event.type) {
    case 'requested':
      return;
    case 'queued':
    case 'queue-moved':
    case 'dequeued':
      return applyQueueEvent(d, event);
    case 'phase-started':
      d.epoch = event.epoch;
      d.starts += 1;
      delete d.stalled;
      return;
    case 'phase-interrupted':
      return void (d.starts = Math.max(0, d.starts - 1));
    case 'stalled':
      d.stalled = { at: event.at, message: event.message, next: event.next };
      return;
    case 'intent':
      return startStage(d, event.stage, event.at);
    case 'done':
      return finishStage(d, event);
    case 'stage-failed':
      return failStage(d, event);
    case 'phase-done':
      return finishPhase(d, event.phase);
    case 'gate-opened':
      d.gate = { digest: event.digest, openedAt: event.at, expiresAt: event.expiresAt, votes: [] };
      d.due = undefined;
      return;
    case 'voted':
      return vote(d.gate, event);
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'approval-invalidated':
      return applyDecision(d, event);
    case 'cancel-requested':
      // Ignore a cancel that comes too late: after the switch, in a rollback, or when the deployment already ends.
      if (describeRequest(d.request).rollsBack || d.ending || switchBegan(d)) return;
      d.cancelledBy = event.by;
      if (isQueued(d)) return;
      // A worker that runs the phase notices the cancel and stops. Without a worker, the cleanup is due at once.
      if (d.due === undefined || d.starts === 0) setPhase(d, 'cleanup', 'cancelled');
      return;
    case 'checked':
      // A worker that finished a check did not crash when it started the phase, so earlier crashes are forgotten.
      d.starts = Math.min(d.starts, 1);
      d.checks.push(...event.checks);
      return;
    case 'alerted':
    case 'acknowledged':
    case 'snoozed':
    case 'recovered':
      return applyToAlerts(d, event);
    case 'rollback-requested':
      d.rollback ??= { at: event.at, reason: event.reason, by: event.by };
      for (const stage of d.stages.filter(({ status }) => status === 'running'))
        Object.assign(stage, { status: 'failed', endedAt: event.at, summary: event.reason });
      return setPhase(d, 'rollback', 'rolled-back');
    case 'finished':
      d.finished = { at: event.at, ending: event.ending };
      delete d.stalled;
      d.due = undefined;
      return;
  }
}

function applyQueueEvent(
  d: Deployment,
  event: DeploymentEvent & { type: 'queued' | 'queue-moved' | 'dequeued' },
): void {
  if (event.type === 'queued') {
    d.queued = { since: event.at };
    d.due = undefined;
  } else if (d.queued && isQueued(d)) {
    if (event.type === 'queue-moved') {
      d.queued.place = event.place;
      d.queued.behind = event.behind;
      return;
    }
    d.queued.until = event.at;
    d.due = phasesOf(d.request)[0];
  }
}

function setPhase(d: Deployment, phase: Phase, ending: Ending): void {
  if (d.due === phase) return;
  d.due = phase;
  d.ending = ending;
  d.starts = 0;
  if (!d.stages.some((stage) => stage.phase === phase))
    d.stages.push(...pendingStages(d.request, phase));
}

/** Returns the stage. Adds one that this version of argo-bot lacks, so that journals of other versions are readable. */
function stageOrUnknown(d: Deployment, name: string): StageState {
  const planned = d.stages.find((stage) => stage.name === name);
  if (planned) return planned;
  const phase = d.due ?? 'prepare';
  const stage = pendingStage({ name, title: name, noun: name }, phase);
  const last = d.stages.findLastIndex((other) => other.phase === phase);
  d.stages.splice(last === -1 ? d.stages.length : last + 1, 0, stage);
  return stage;
}

function startStage(d: Deployment, name: string, at: number): void {
  const stage = stageOrUnknown(d, name);
  stage.status = 'running';
  stage.startedAt ??= at;
}

function finishStage(d: Deployment, event: DeploymentEvent & { type: 'done' }): void {
  const stage = stageOrUnknown(d, event.stage);
  stage.status = event.skipped ? 'skipped' : 'done';
  stage.endedAt = event.at;
  stage.ms = event.ms;
  stage.summary = event.summary;
  stage.warnings = event.warnings;
  if (event.log !== undefined) stage.log = event.log;
  d.facts = { ...d.facts, ...factsIn(event) };
}

/** The facts of each `done` event that was folded, because a journal is folded again with each new event. */
const parsedFacts = new WeakMap<object, Facts>();

function factsIn({ facts }: DeploymentEvent & { type: 'done' }): Facts {
  const parsed = parsedFacts.get(facts) ?? deepFreeze(FactsSchema.parse(facts));
  parsedFacts.set(facts, parsed);
  return parsed;
}

/** Marks the stage as failed. Before the switch nothing live has changed, so a cleanup follows; later a rollback. */
function failStage(d: Deployment, event: DeploymentEvent & { type: 'stage-failed' }): void {
  const stage = stageOrUnknown(d, event.stage);
  const moved = switchBegan(d);
  stage.status = 'failed';
  stage.endedAt = event.at;
  stage.ms = event.ms;
  stage.failure = event.failure;
  switch (stage.phase) {
    case 'prepare':
      return setPhase(d, 'cleanup', d.cancelledBy ? 'cancelled' : 'failed');
    case 'release':
    case 'watch':
      if (!moved) return setPhase(d, 'cleanup', d.cancelledBy ? 'cancelled' : endingOf(d, event));
      // The watch has passed: a failure to tidy up is no reason for a rollback.
      if (watchPassed(d)) return;
      d.rollback ??= { at: event.at, reason: withoutLog(event.failure, d.facts.hosts) };
      return setPhase(d, 'rollback', 'rolled-back');
    case 'rollback':
      d.ending = stageNamed(stage.name)?.takesHosts ? 'failed' : 'rollback-failed';
      return void (d.due = undefined);
    case 'cleanup':
      return void (d.due = undefined);
  }
}

/** Returns `voided` if hosts changed since the approval, `failed` if the release failed after an early approval. */
function endingOf(
  { request }: Deployment,
  { stage, failure }: DeploymentEvent & { type: 'stage-failed' },
): Ending {
  const early = request.gate === 'start' && !stageNamed(stage)?.comparesApproval;
  return early && failure.code !== 'approval-too-old' ? 'failed' : 'voided';
}

function watchPassed(d: Deployment): boolean {
  return d.stages.some(({ name, status }) => stageNamed(name)?.watches && status === 'done');
}

function finishPhase(d: Deployment, phase: Phase): void {
  d.phasesDone.push(phase);
  d.starts = 0;
  if (phase === 'prepare' && d.cancelledBy) return setPhase(d, 'cleanup', 'cancelled');
  const plan = phasesOf(d.request);
  const next = plan[plan.indexOf(phase) + 1];
  const inPlan = plan.includes(phase) && d.due === phase;
  d.due = inPlan && next && phase !== 'prepare' ? next : undefined;
}

function applyDecision(d: Deployment, event: GateDecision): void {
  if (!d.gate) throw new Error('a decision needs a gate');
  if (d.gate.decision) return;
  settleGate(d.gate, event);
  if (event.type !== 'approved')
    return setPhase(d, 'cleanup', event.type === 'approval-invalidated' ? 'voided' : event.type);
  d.due = 'release';
  d.starts = 0;
}
