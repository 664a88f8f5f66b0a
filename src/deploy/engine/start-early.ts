// Lets hosts run the first scripts of a phase while its first stages read the source.
import { nounAtStart } from '../record/stages.ts';
import type { PlannedStage } from '../record/plan.ts';
import type { StageRun } from './attempt-stage.ts';
import { implementations } from './implementations.ts';
import type { Run } from './run-context.ts';

/** The time limit of scripts that run early. Without a result, they run again when it is their stage's turn. */
const LIMIT_MS = 10_000;

/** Never fails: a stage that finds no result runs its scripts, and reports why it cannot. */
export async function startEarly(
  run: Run,
  stages: readonly PlannedStage[],
  step: Omit<StageRun, 'following' | 'tooManyStarts'>,
): Promise<void> {
  const { deployment, target, epoch, openHosts } = step;
  const left = stages.filter(({ name }) => isLeft(deployment, name));
  const stage = left.slice(1).find(({ key }) => 'earlyScripts' in implementations[key]);
  if (stage === undefined) return;
  const signal = AbortSignal.any([run.signal, step.stop]);
  const calls = implementations[stage.key].earlyScripts?.({
    deployment,
    request: deployment.request,
    target,
    facts: deployment.facts,
    ports: run.ports,
    openHosts,
    epoch,
    signal,
    timeoutMs: LIMIT_MS,
    title: nounAtStart(stage),
  });
  const options = { timeoutMs: LIMIT_MS, signal, what: nounAtStart(stage) };
  for (const host of await openHosts()) host.runEarly(calls ?? [], options);
}

function isLeft({ stages }: StageRun['deployment'], name: string): boolean {
  return stages.some(
    (one) => one.name === name && one.status !== 'done' && one.status !== 'skipped',
  );
}
