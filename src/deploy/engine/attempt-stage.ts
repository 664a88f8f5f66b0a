// Runs the code of a stage. Retries it after a lost connection, or with a higher epoch if a host has seen a higher one.
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
  /** True if so many workers crashed in this phase that its current stage must fail. */
  tooManyStarts: boolean;
}

/** Runs the stage, and retries it for a limited time. Each stage checks the host first, so repeating it is safe. */
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
        // The host has seen a higher epoch, because Redis lost data or was replaced. Take one above that.
        epoch = await run.ports.records.takeEpoch(deployment.id, higher);
        continue;
      }
      failingSince ??= Date.now();
      if (Date.now() - failingSince >= retryForMs(error, stage)) throw error;
      await waitBeforeRetry(tries, error, { signal, deadline });
    }
  }
}

/** Returns the scripts of the next stages, up to the first stage for which the bot must decide something. */
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
