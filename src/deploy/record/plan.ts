// Decides which stages a deployment goes through, and in which order.
import type { DeployRequest, Phase } from './events.ts';
import { describeRequest, isDryRun } from './requests.ts';
import { describeStage, type StageDescription, type StageKey } from './stages.ts';

export interface PlannedStage extends StageDescription {
  key: StageKey;
}

type PhasesByStrategy = Record<DeployRequest['strategy'], Record<Phase, readonly StageKey[]>>;

/** Stages that run no code of the commit on a host. */
const beforeCode: StageKey[] = ['source', 'checks', 'files', 'config', 'claim', 'upload', 'verify'];
/** Ends with the pre-flight checks, which install and import code of the commit on a host. */
const withPreflight: StageKey[] = [...beforeCode, 'preflight'];

/** The stages of each phase. They drive the run, the checklist in Slack, the dry run and the documentation. */
const phases: PhasesByStrategy = {
  proxy: {
    prepare: [...withPreflight, 'unit', 'start', 'health', 'smoke'],
    release: ['recheck', 'switch', 'confirm', 'sync'],
    watch: ['watch', 'finish'],
    // Lock as soon as users are on the old release: no failure of a later stage may leave the environment unlocked.
    rollback: ['return-slot', 'switch-back', 'lock', 'confirm-back', 'sync-back', 'attach-log'],
    cleanup: ['cleanup'],
  },
  // With one port, the new release cannot run beside the live one: nothing starts before the approval.
  restart: {
    prepare: [...withPreflight, 'vet-unit'],
    release: ['recheck', 'restart', 'confirm', 'sync'],
    watch: ['watch', 'finish'],
    rollback: ['restart-back', 'lock', 'confirm-back', 'sync-back', 'attach-log'],
    cleanup: ['cleanup'],
  },
};

/** With `approval.before: start`, code of the commit runs only after the gate. */
const earlyApproval: PhasesByStrategy = {
  proxy: {
    ...phases.proxy,
    prepare: [...beforeCode, 'show-unit'],
    release: ['preflight', 'unit', 'start', 'health', 'smoke', ...phases.proxy.release],
  },
  restart: {
    ...phases.restart,
    prepare: [...beforeCode, 'show-unit'],
    release: ['preflight', 'vet-unit', ...phases.restart.release],
  },
};

/** Stages of a restart request. The hosts have the live release already, so nothing is uploaded. */
const restartPhases: PhasesByStrategy = {
  proxy: {
    ...phases.proxy,
    prepare: ['claim', 'unit', 'start', 'health', 'smoke'],
    release: ['recheck', 'switch', 'confirm'],
  },
  restart: {
    ...phases.restart,
    prepare: ['claim'],
    release: ['recheck', 'restart', 'confirm'],
    cleanup: [],
  },
};

/** Returns the phases that run if nothing fails. The approval comes between `prepare` and `release`. */
export function phasesOf(request: DeployRequest): Phase[] {
  if (describeRequest(request).rollsBack) return ['rollback'];
  return isDryRun(request) ? ['prepare'] : ['prepare', 'release', 'watch'];
}

/** Returns the stages of a phase. A dry run skips those that change a host. */
export function stagesOf(request: DeployRequest, phase: Phase): readonly PlannedStage[] {
  const stages = keysOf(request, phase).map((key) => ({ key, ...describeStage(key) }));
  return isDryRun(request) ? stages.filter(({ skipInDryRun }) => !skipInDryRun) : stages;
}

function keysOf(request: DeployRequest, phase: Phase): readonly StageKey[] {
  const { keepsRelease, rollsBack } = describeRequest(request);
  // An early approval concerns neither a restart, which runs no new code, nor a dry run, which needs no approval.
  const early = request.gate === 'start' && !isDryRun(request);
  const plan = keepsRelease ? restartPhases : early ? earlyApproval : phases;
  const stages = plan[request.strategy][phase];
  // A requested rollback has no prepare phase, so it claims the hosts first.
  return rollsBack && phase === 'rollback' ? ['claim', ...stages] : stages;
}
