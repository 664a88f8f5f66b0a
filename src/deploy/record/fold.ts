import { applyToAlerts } from './alerts.ts';
import { type Deployment, isQueued, type StageState, switchBegan } from './deployment.ts';
import type { DeploymentEvent, DeployRequest, Ending, Phase } from './events.ts';
import { FactsSchema } from './facts.ts';
import { settleGate, vote } from './gate.ts';
import { phasesOf, stagesOf } from './plan.ts';
import { describedAs } from './stages.ts';

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
  return stagesOf(request, phase).map(({ name, title, noun }) => ({
    name,
    title,
    noun,
    phase,
    status: 'pending',
    warnings: [],
  }));
}

function apply(d: Deployment, event: DeploymentEvent): void {
  d.version += 1;
  d.updatedAt = event.at;
  if (event.type === 'superseded') {
    d.superseded = true;
    return;
  }
  // The end is the end: what comes late is in the journal and changes nothing.
  if (d.finished) return;
  switch (event.type) {
    case 'requested':
      return;
    case 'lined-up':
    case 'line-moved':
    case 'turn-came':
      return moveInLine(d, event);
    case 'phase-started':
      d.epoch = event.epoch;
      d.starts += 1;
      delete d.stalled;
      return;
    case 'phase-parked':
      d.starts = Math.max(0, d.starts - 1);
      return;
    case 'stalled':
      d.stalled = { at: event.at, message: event.message, next: event.next };
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
      d.gate = { digest: event.digest, openedAt: event.at, expiresAt: event.expiresAt, votes: [] };
      d.due = undefined;
      return;
    case 'voted':
      return vote(d.gate, event);
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'voided':
      return decide(d, event);
    case 'cancel-requested':
      // Nobody may cancel these; a journal that says so all the same must not stop the way back.
      if (d.request.kind === 'rollback' || d.ending || switchBegan(d)) return;
      d.cancelledBy = event.by;
      if (isQueued(d)) return;
      // A worker that runs the phase notices and stops; where none runs, the cleanup is due at once.
      return begun(d) ? undefined : turnTo(d, 'cleanup', 'cancelled');
    case 'checked':
      d.starts = Math.min(d.starts, 1);
      d.checks.push(...event.checks);
      return;
    case 'alerted':
    case 'acknowledged':
    case 'snoozed':
    case 'recovered':
      return applyToAlerts(d, event);
    case 'rollback-requested':
      d.rollback ??= { at: event.at, reason: event.reason, ...(event.by ? { by: event.by } : {}) };
      for (const stage of d.stages) if (stage.status === 'running') stopStage(stage, event);
      return turnTo(d, 'rollback', 'rolled-back');
    case 'finished':
      d.finished = { at: event.at, ending: event.ending };
      delete d.stalled;
      d.due = undefined;
      return;
  }
}

function moveInLine(
  d: Deployment,
  event: DeploymentEvent & { type: 'lined-up' | 'line-moved' | 'turn-came' },
): void {
  if (event.type === 'lined-up') {
    d.line = { since: event.at };
    d.due = undefined;
  } else if (d.line && isQueued(d)) {
    if (event.type === 'line-moved') {
      d.line.place = event.place;
      d.line.behind = event.behind;
      return;
    }
    d.line.until = event.at;
    d.due = phasesOf(d.request)[0];
  }
}

/** The watch that asked for the rollback ends with it: it has done its work. */
function stopStage(stage: StageState, event: { at: number; reason: string }): void {
  Object.assign(stage, { status: 'failed', endedAt: event.at, summary: event.reason });
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

/** A journal may name a stage that an older or newer argo-bot had: it is shown, never a reason to stop. */
function stageIn(d: Deployment, name: string): StageState {
  const planned = d.stages.find((stage) => stage.name === name);
  if (planned) return planned;
  const phase = d.due ?? 'prepare';
  const stage: StageState = {
    name,
    title: name,
    noun: name,
    phase,
    status: 'pending',
    warnings: [],
  };
  const last = d.stages.findLastIndex((other) => other.phase === phase);
  d.stages.splice(last === -1 ? d.stages.length : last + 1, 0, stage);
  return stage;
}

function begin(d: Deployment, name: string, at: number): void {
  const stage = stageIn(d, name);
  stage.status = 'running';
  stage.startedAt ??= at;
}

function finishStage(d: Deployment, event: DeploymentEvent & { type: 'done' }): void {
  const stage = stageIn(d, event.stage);
  stage.status = event.skipped ? 'skipped' : 'done';
  stage.endedAt = event.at;
  stage.ms = event.ms;
  stage.summary = event.summary;
  stage.warnings = event.warnings;
  if (event.log !== undefined) stage.log = event.log;
  d.facts = { ...d.facts, ...FactsSchema.parse(event.facts) };
}

/** Until the switch has begun nothing live has changed, so there is only cleaning up; then, going back. */
function failStage(d: Deployment, event: DeploymentEvent & { type: 'stage-failed' }): void {
  const stage = stageIn(d, event.stage);
  const moved = switchBegan(d);
  stage.status = 'failed';
  stage.endedAt = event.at;
  stage.ms = event.ms;
  stage.failure = event.failure;
  switch (stage.phase) {
    case 'prepare':
      return turnTo(d, 'cleanup', d.cancelledBy ? 'cancelled' : 'failed');
    case 'release':
    case 'watch':
      if (!moved) return turnTo(d, 'cleanup', d.cancelledBy ? 'cancelled' : notSwitched(d, event));
      // The watch has passed, so users are well: tidying up is no reason to take the release from them.
      if (watchPassed(d)) return;
      d.rollback ??= { at: event.at, reason: event.failure.message };
      return turnTo(d, 'rollback', 'rolled-back');
    case 'rollback':
      d.ending = describedAs(stage.name)?.takesHosts ? 'failed' : 'rollback-failed';
      d.due = undefined;
      return;
    case 'cleanup':
      d.due = undefined;
      return;
  }
}

/** Void is an approval of what is no longer so; after an early one, the release itself may have failed. */
function notSwitched(
  { request }: Deployment,
  { stage, failure }: DeploymentEvent & { type: 'stage-failed' },
): Ending {
  const early = request.gate === 'start' && !describedAs(stage)?.comparesApproval;
  return early && failure.code !== 'approval-too-old' ? 'failed' : 'voided';
}

function watchPassed(d: Deployment): boolean {
  return d.stages.some(({ name, status }) => describedAs(name)?.watches && status === 'done');
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
  settleGate(d.gate, event);
  if (event.type !== 'approved') return turnTo(d, 'cleanup', event.type);
  d.due = 'release';
  d.starts = 0;
}
