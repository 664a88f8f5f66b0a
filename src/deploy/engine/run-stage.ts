// Runs one stage: records its start, retries it, and records its result or its failure.
import { cancelWaits, type Deployment } from '../record/deployment.ts';
import { Fenced, Interrupted, isFailure } from '../record/errors.ts';
import { withBlame } from '../failure/blame.ts';
import type { DeploymentEvent, FailureRecord } from '../record/events.ts';
import { cancelled, crashLoop, failureRecord } from './failure-record.ts';
import { hostEpoch } from '../step/on-every-host.ts';
import { beforeNextTry, PATIENCE_MS, worthRepeating } from './retry-policy.ts';
import type { Host } from '../ports/ports.ts';
import type { Run, Taken } from './run-context.ts';
import type { Target } from '../settings/settings.ts';
import type { PlannedStage } from '../record/plan.ts';
import { headed } from '../record/stages.ts';
import type { StageContext, StageResult } from '../step/stage.ts';
import { implementations } from './implementations.ts';

interface Step extends Taken {
  target: Target;
  openHosts: () => Promise<Host[]>;
  /** The phase was started too often: fail the stage in which workers keep crashing. */
  spent: boolean;
}

/**
 * Writes `intent`, runs the stage, writes `done` or `stage-failed`. The epoch grows when a host knows a higher one.
 */
export async function runStage(
  run: Run,
  stage: PlannedStage,
  step: Step,
): Promise<{ deployment: Deployment; epoch: number }> {
  const began = Date.now();
  const write = (epoch: number, event: DeploymentEvent): Promise<Deployment> =>
    run.ports.records.changeAs(step.deployment.id, epoch, (latest) =>
      latest.due === step.phase ? [event] : [],
    );
  let { epoch } = step;
  const deployment = await run.ports.records.changeAs(step.deployment.id, epoch, (latest) =>
    latest.due === step.phase ? [firstWord(latest, stage, began)] : [],
  );
  if (deployment.due !== step.phase) return { deployment, epoch };
  try {
    // A rollback is retried without limit: users are on the bad release.
    if (step.spent && step.phase !== 'rollback') throw crashLoop(deployment.starts);
    const { result, raised } = await attempt(run, stage, { ...step, deployment, epoch });
    epoch = raised;
    return { deployment: await write(epoch, doneEvent(stage, result, began)), epoch };
  } catch (error) {
    const latest = await run.ports.records.read(step.deployment.id);
    if (latest && latest.due !== step.phase) return { deployment: latest, epoch };
    if (stopped(run, error, latest)) throw error;
    run.ports.log.warn(
      { deployment: deployment.id, stage: stage.name, err: error },
      'stage failed',
    );
    const failure = latest?.cancelledBy
      ? cancelled(latest.cancelledBy)
      : await withBlame(
          { ...run, ...step, facts: deployment.facts },
          failureRecord(error, stage, deployment.id),
        );
    const at = Date.now();
    const events: DeploymentEvent[] = [
      { type: 'stage-failed', at, stage: stage.name, ms: at - began, failure },
      ...lastWord(latest, step, stage),
    ];
    if (step.phase === 'rollback') await lockAfterFailure(run, stage, latest, failure);
    return {
      deployment: await run.ports.records.changeAs(step.deployment.id, epoch, (current) =>
        current.due === step.phase ? events : [],
      ),
      epoch,
    };
  }
}

/** Decided from the record that the write compares with: a cancel before the switch must still stop it. */
function firstWord(latest: Deployment, stage: PlannedStage, at: number): DeploymentEvent {
  const { cancelledBy } = latest;
  if (cancelledBy === undefined || !cancelWaits(latest))
    return { type: 'intent', at, stage: stage.name };
  return { type: 'stage-failed', at, stage: stage.name, ms: 0, failure: cancelled(cancelledBy) };
}

/** A shutdown, a lost lock, a newer owner and an unreachable Redis end this run, not the deployment. */
function stopped(run: Run, error: unknown, latest: Deployment | undefined): boolean {
  if (error instanceof Fenced || run.signal.aborted) return true;
  if (isFailure(error) && error.code === 'records-unreachable') return true;
  return error instanceof Interrupted && !latest?.cancelledBy;
}

/** After a failed rollback nobody knows what users see, so no deployment may start before a person unlocks. */
async function lockAfterFailure(
  { ports }: Run,
  stage: PlannedStage,
  latest: Deployment | undefined,
  { message }: FailureRecord,
): Promise<void> {
  if (!latest || stage.takesHosts) return;
  const { service, environment } = latest.request;
  const reason = `a rollback failed and what users see is not known: ${message}`;
  await ports.records.lock({ service, environment }, { reason, by: 'argo-bot', at: Date.now() });
}

/** After a failed rollback or cleanup only a person can act. */
function lastWord(
  latest: Deployment | undefined,
  { phase }: Step,
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

function doneEvent(stage: PlannedStage, result: StageResult, began: number): DeploymentEvent {
  const at = Date.now();
  return {
    type: 'done',
    at,
    stage: stage.name,
    ms: at - began,
    summary: result.summary,
    warnings: result.warnings ?? [],
    skipped: result.skipped ?? false,
    ...(result.log === undefined ? {} : { log: result.log }),
    facts: result.facts ?? {},
  };
}

/** Runs the stage, and again when the connection fails: stages check the host before they act. */
async function attempt(
  run: Run,
  stage: PlannedStage,
  step: Step,
): Promise<{ result: StageResult; raised: number }> {
  const { deployment, target, openHosts } = step;
  const deadline = AbortSignal.timeout(stage.timeoutMs);
  const signal = AbortSignal.any([run.signal, step.stop, deadline]);
  let { epoch } = step;
  let patience: number | undefined;
  for (let tries = 1; ; tries += 1) {
    const goesOn = step.phase === 'rollback' || step.phase === 'cleanup';
    const leftBehind = new Map<string, string>();
    const context: StageContext = {
      ...(goesOn ? { leftBehind } : {}),
      deployment,
      request: deployment.request,
      target,
      facts: deployment.facts,
      ports: run.ports,
      openHosts,
      epoch,
      signal,
      timeoutMs: stage.timeoutMs,
      title: headed(stage),
    };
    signal.throwIfAborted();
    try {
      const result = await implementations[stage.key].run(context);
      return { result: withThoseLeft(result, deployment, leftBehind), raised: epoch };
    } catch (error) {
      signal.throwIfAborted();
      const higher = hostEpoch(error);
      if (stage.takesHosts && higher !== undefined && tries < 3) {
        // Redis lost its counter, or the host has seen another Redis: take an epoch above the host's.
        epoch = await run.ports.records.takeEpoch(deployment.id, higher);
        continue;
      }
      patience ??= Date.now() + PATIENCE_MS;
      if (!worthRepeating(error, stage) || Date.now() > patience) throw error;
      await beforeNextTry(tries, error, { signal, deadline });
    }
  }
}

/** Later stages skip these hosts, and they decide how the rollback ends. */
function withThoseLeft(
  result: StageResult,
  { facts }: Deployment,
  leftBehind: Map<string, string>,
): StageResult {
  if (leftBehind.size === 0) return result;
  const warnings = [...leftBehind].map(([host, why]) => `${host} was left behind: ${why}`);
  return {
    ...result,
    warnings: [...(result.warnings ?? []), ...warnings],
    facts: {
      ...result.facts,
      leftBehind: { ...facts.leftBehind, ...Object.fromEntries(leftBehind) },
    },
  };
}
