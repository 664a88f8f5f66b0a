// Runs one stage: records its start, and its result or its failure.
import { isCancelPending, type Deployment } from '../record/deployment.ts';
import { Fenced, Interrupted, isFailure, type FailureRecord } from '../record/errors.ts';
import { withBlame } from '../failure/blame.ts';
import { type DeploymentEvent, BOT } from '../record/events.ts';
import { cancelledRecord, crashLoopFailure, failureRecord } from './failure-record.ts';
import { attemptStage, type StageRun } from './attempt-stage.ts';
import type { Decide } from '../history/records.ts';
import type { Run } from './run-context.ts';
import type { PlannedStage } from '../record/plan.ts';
import type { StageResult } from '../step/stage.ts';

/**
 * Writes `intent`, runs the stage, and writes its result together with the `intent` of the next stage, whose time is
 * returned as `intentAt`. The epoch changes if a host had seen a higher one.
 */
export async function runStage(
  run: Run,
  stage: PlannedStage,
  step: StageRun & { intentAt: number | undefined },
): Promise<{ deployment: Deployment; epoch: number; intentAt?: number }> {
  const began = step.intentAt ?? Date.now();
  let { epoch } = step;
  const write = (decide: Decide): Promise<Deployment> =>
    run.ports.records.changeAs(step.deployment.id, epoch, (latest) =>
      latest.due === step.phase ? decide(latest) : [],
    );
  const deployment =
    step.intentAt === undefined
      ? await write((latest) => [startEvent(latest, stage, began)])
      : step.deployment;
  if (deployment.due !== step.phase) return { deployment, epoch };
  try {
    // A rollback is tried again however often workers crash in it, because users are on the bad release.
    if (step.tooManyStarts && step.phase !== 'rollback') throw crashLoopFailure(deployment.starts);
    const { result, ...taken } = await attemptStage(run, stage, { ...step, deployment, epoch });
    epoch = taken.epoch;
    const intentAt = Date.now();
    const [next] = step.following;
    const done = doneEvent(stage, result, began);
    const after = await write((latest) => [
      done,
      ...(next ? [startEvent(latest, next, intentAt)] : []),
    ]);
    return { deployment: after, epoch, ...(next ? { intentAt } : {}) };
  } catch (error) {
    const latest = await run.ports.records.read(step.deployment.id);
    if (latest && latest.due !== step.phase) return { deployment: latest, epoch };
    if (endsOnlyThisRun(run, error, latest)) throw error;
    run.ports.log.warn(
      { deployment: deployment.id, stage: stage.name, err: error },
      'a stage of a deployment failed; the thread of the deployment in Slack says what to do next',
    );
    const failure = latest?.cancelledBy
      ? cancelledRecord(latest.cancelledBy)
      : await withBlame(
          { ...run, ...step, facts: deployment.facts },
          failureRecord(error, stage, deployment.id),
        );
    const at = Date.now();
    const events: DeploymentEvent[] = [
      { type: 'stage-failed', at, stage: stage.name, ms: at - began, failure },
      ...endEvents(latest, step, stage),
    ];
    if (step.phase === 'rollback') await lockAfterFailure(run, stage, latest, failure);
    return { deployment: await write(() => events), epoch };
  }
}

/** Returns the stage's start, or its failure if a person has cancelled the deployment in time. */
function startEvent(latest: Deployment, stage: PlannedStage, at: number): DeploymentEvent {
  const { cancelledBy: by } = latest;
  if (by === undefined || !isCancelPending(latest))
    return { type: 'intent', at, stage: stage.name };
  return { type: 'stage-failed', at, stage: stage.name, ms: 0, failure: cancelledRecord(by) };
}

/** True for a shutdown, a lost lock, a newer worker or an unreachable Redis: a later run continues the deployment. */
function endsOnlyThisRun(run: Run, error: unknown, latest: Deployment | undefined): boolean {
  if (error instanceof Fenced || run.signal.aborted) return true;
  if (isFailure(error) && error.code === 'records-unreachable') return true;
  return error instanceof Interrupted && !latest?.cancelledBy;
}

/** After a failed rollback nobody knows which release users have. No deployment may start before a person unlocks. */
async function lockAfterFailure(
  { ports }: Run,
  stage: PlannedStage,
  latest: Deployment | undefined,
  { message }: FailureRecord,
): Promise<void> {
  if (!latest || stage.takesHosts) return;
  const { service, environment } = latest.request;
  const reason = `a rollback failed and what users see is not known: ${message}`;
  await ports.records.lock({ service, environment }, { reason, by: BOT, at: Date.now() });
}

/**
 * Returns the end of the deployment, if a failure of this stage ends it. A failed rollback or cleanup does: argo-bot
 * tries neither again, and a person must act. After other failures the cleanup follows.
 */
function endEvents(
  latest: Deployment | undefined,
  { phase }: StageRun,
  stage: PlannedStage,
): DeploymentEvent[] {
  const at = Date.now();
  if (stage.endsDeployment) return [{ type: 'finished', at, ending: 'succeeded' }];
  // A manual rollback that fails to claim the hosts has changed nothing.
  if (phase === 'rollback' && stage.takesHosts) return [{ type: 'finished', at, ending: 'failed' }];
  if (phase === 'rollback') return [{ type: 'finished', at, ending: 'rollback-failed' }];
  if (phase === 'cleanup') return [{ type: 'finished', at, ending: latest?.ending ?? 'failed' }];
  return [];
}

function doneEvent({ name }: PlannedStage, result: StageResult, began: number): DeploymentEvent {
  const { summary, warnings = [], skipped = false, log, facts = {} } = result;
  const at = Date.now();
  const ms = at - began;
  return { type: 'done', at, stage: name, ms, summary, warnings, skipped, log, facts };
}
