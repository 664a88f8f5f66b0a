// Runs the code of a stage, and retries it after temporary failures: a lost connection, an epoch that is too low.
import type { Deployment } from '../record/deployment.ts';
import { nounAtStart } from '../record/stages.ts';
import type { PlannedStage } from '../record/plan.ts';
import { epochOfHost } from '../step/on-every-host.ts';
import type { StageContext, StageResult } from '../step/stage.ts';
import type { Host, ScriptCall } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';
import type { Run, StartedPhase } from './run-context.ts';
import { implementations } from './implementations.ts';
import { retryForMs, waitBeforeRetry } from './retry-policy.ts';

export interface StageRun extends StartedPhase {
  target: Target;
  openHosts: () => Promise<Host[]>;
  /** The stages after this one in the phase. */
  following: readonly PlannedStage[];
  /** True if the phase was started so often that its current stage must fail: workers keep crashing in it. */
  tooManyStarts: boolean;
}

/** Runs the stage until it succeeds or fails for good. Repeating is safe: stages check the host before they act. */
export async function attemptStage(
  run: Run,
  stage: PlannedStage,
  step: StageRun,
): Promise<{ result: StageResult; epoch: number }> {
  const { deployment, target, openHosts } = step;
  const deadline = AbortSignal.timeout(stage.timeoutMs);
  const signal = AbortSignal.any([run.signal, step.stop, deadline]);
  let { epoch } = step;
  let failingSince: number | undefined;
  for (let tries = 1; ; tries += 1) {
    const skipsFailedHosts = step.phase === 'rollback' || step.phase === 'cleanup';
    const unreachableHosts = new Map<string, string>();
    const context: StageContext = {
      ...(skipsFailedHosts ? { unreachableHosts } : {}),
      deployment,
      request: deployment.request,
      target,
      facts: deployment.facts,
      ports: run.ports,
      openHosts,
      epoch,
      signal,
      timeoutMs: stage.timeoutMs,
      title: nounAtStart(stage),
      ahead: (host) => scriptsAhead(step.following, context, host),
    };
    signal.throwIfAborted();
    try {
      const result = await implementations[stage.key].run(context);
      return { result: withUnreachableHosts(result, deployment, unreachableHosts), epoch };
    } catch (error) {
      signal.throwIfAborted();
      const higher = epochOfHost(error);
      if (stage.takesHosts && higher !== undefined && tries < 3) {
        // Redis lost its counter, or the host has seen another Redis: take an epoch above the host's.
        epoch = await run.ports.records.takeEpoch(deployment.id, higher);
        continue;
      }
      failingSince ??= Date.now();
      if (Date.now() - failingSince >= retryForMs(error, stage)) throw error;
      await waitBeforeRetry(tries, error, { signal, deadline });
    }
  }
}

/** Ends before the first stage whose script depends on a result or on a decision. */
async function scriptsAhead(
  following: readonly PlannedStage[],
  context: StageContext,
  host: Host,
): Promise<ScriptCall[]> {
  const calls: ScriptCall[] = [];
  for (const { key } of following) {
    const call = await implementations[key].onlyScript?.(context, host);
    if (call === undefined) break;
    calls.push(call);
  }
  return calls;
}

/** Records unreachable hosts in the result: later stages skip them, and the rollback counts as failed. */
function withUnreachableHosts(
  result: StageResult,
  { facts }: Deployment,
  unreachable: Map<string, string>,
): StageResult {
  if (unreachable.size === 0) return result;
  const warnings = [...unreachable].map(([host, why]) => `${host} was left behind: ${why}`);
  return {
    ...result,
    warnings: [...(result.warnings ?? []), ...warnings],
    facts: {
      ...result.facts,
      leftBehind: { ...facts.leftBehind, ...Object.fromEntries(unreachable) },
    },
  };
}
