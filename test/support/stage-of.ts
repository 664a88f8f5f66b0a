// Finds a stage of a deployment by its name, and fails if its plan has none of that name.
import type { Deployment, StageState } from '../../src/deploy/record/deployment.ts';

export function stageOf({ stages }: Deployment, name: string): StageState {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`no stage ${name} in this plan`);
  return stage;
}
