// Runs one phase: takes an epoch, runs the stages that are left, and records how the phase ends.
import { type Run, type StartedPhase } from './run-context.ts';
import { isCancelPending, type Deployment, wasDequeued } from '../record/deployment.ts';
import { Interrupted, Misconfigured } from '../record/errors.ts';
import type { DeploymentEvent, Ending, Phase } from '../record/events.ts';
import { firstInHistory } from '../history/search-history.ts';
import { approvalDigest } from '../acts/approval.ts';
import { isDryRun } from '../record/requests.ts';
import { stagesOf } from '../record/plan.ts';
import type { Host } from '../ports/ports.ts';
import { learnConfigSecrets } from '../release/read-config.ts';
import type { StageRun } from './attempt-stage.ts';
import { runStage } from './run-stage.ts';
import { findTarget, type Target } from '../settings/settings.ts';

/** When a phase starts this often, its current stage fails, because the workers of the earlier starts crashed. */
const MAX_STARTS = 6;
/** How many deployments are searched for the newest that is no dry run: dry runs have no buttons to disable. */
const MAX_SEARCHED = 30;

/** Takes the deployment over, and runs the phase's remaining stages. The caller schedules the next phase. */
export async function runPhase(
  run: Run,
  id: string,
  phase: Phase,
): Promise<Deployment | undefined> {
  const { records } = run.ports;
  const before = await records.read(id);
  if (!before || before.due !== phase) return before;
  run.signal.throwIfAborted();
  // Fails if argo.yml lacks the target. `phase-started` is not written yet, so the failure does not count as a crash.
  const target = await requireTarget(run, before);
  const openHosts = connect(run, target);
  try {
    return await takeOver(run, before, phase, { target, openHosts });
  } finally {
    await run.ports.hosts.closeAll();
  }
}

async function takeOver(
  run: Run,
  before: Deployment,
  phase: Phase,
  to: Pick<StageRun, 'target' | 'openHosts'>,
): Promise<Deployment> {
  const { id } = before;
  const { records } = run.ports;
  const epoch = await records.takeEpoch(id);
  const started = await records.changeAs(id, epoch, (latest) =>
    latest.due === phase
      ? [{ type: 'phase-started', at: Date.now(), phase, epoch, worker: run.worker }]
      : [],
  );
  if (started.due !== phase) return started;
  const isFirstStart = before.starts === 0 && before.phasesDone.length === 0;
  const superseding =
    isFirstStart && !isDryRun(before.request) ? supersedePrevious(run, before) : undefined;
  const stop = new AbortController();
  const stopUnlessDue = async (): Promise<void> => {
    const latest = await records.read(id);
    if (!latest || latest.due !== phase || isCancelPending(latest)) {
      stop.abort(new Interrupted('the deployment was told to do something else'));
    }
  };
  // If `stopUnlessDue` fails, the worker stops later: every write of a stage checks the record, too.
  const unsubscribe = await records.subscribe(
    id,
    () => void stopUnlessDue().catch(() => undefined),
  );
  try {
    // A person may have cancelled before this worker subscribed.
    await stopUnlessDue();
    const signal = AbortSignal.any([run.signal, stop.signal]);
    const { target } = to;
    const secretsLearned = learnConfigSecrets({ ...run, target, facts: started.facts, signal });
    // A rollback does not wait for `secretsLearned`, because users wait. Its logs are redacted by the host's config.
    if (phase !== 'rollback') await secretsLearned;
    const taken = { deployment: started, phase, epoch, stop: stop.signal };
    return await runStages(run, { ...taken, ...to });
  } catch (error) {
    await recordInterruption(run, id);
    throw error;
  } finally {
    await superseding;
    await unsubscribe();
  }
}

/** Disables the buttons of the previous deployment. A failure is harmless, because each click is checked again. */
async function supersedePrevious({ ports }: Run, { id, request }: Deployment): Promise<void> {
  const { records } = ports;
  try {
    const last = await firstInHistory(records, request, MAX_SEARCHED, (d) =>
      isDryRun(d.request) || !wasDequeued(d) ? undefined : d.id,
    );
    if (last === undefined) return;
    const at = Date.now();
    await records.change(last, (d) => (d.superseded ? [] : [{ type: 'superseded', at }]));
  } catch (error) {
    ports.log.warn(
      { deployment: id, err: error },
      'the buttons of the deployment before this one could not be disabled; argo-bot still checks each click on them, so nobody has to act',
    );
  }
}

/** Records that the worker was told to stop, so that the start does not count as a crash. */
async function recordInterruption({ ports, signal }: Run, id: string): Promise<void> {
  if (!signal.aborted) return;
  try {
    await ports.records.change(id, () => [{ type: 'phase-interrupted', at: Date.now() }]);
  } catch (error) {
    ports.log.info(
      { deployment: id, err: error },
      'a worker was told to stop and could not record it, so the stop counts as a crash; another worker continues the deployment, and nobody has to act',
    );
  }
}

/** Connects while the phase is recorded and the source is read. A stage that needs a host reports a failure. */
function connect({ ports, signal }: Run, { place }: Target): () => Promise<Host[]> {
  const openHosts = (): Promise<Host[]> =>
    Promise.all(place.hosts.map((host) => ports.hosts.open(host, signal)));
  openHosts()
    .then((hosts) => hosts.forEach((host) => host.prepareChannel()))
    .catch(() => undefined);
  return openHosts;
}

async function runStages(
  run: Run,
  taken: StartedPhase & Pick<StageRun, 'target' | 'openHosts'>,
): Promise<Deployment> {
  const { phase, target } = taken;
  let { deployment, epoch } = taken;
  let intentAt: number | undefined;
  const stages = stagesOf(deployment.request, phase);
  for (const [index, stage] of stages.entries()) {
    const state = deployment.stages.find(({ name }) => name === stage.name);
    if (!state || state.status === 'done' || state.status === 'skipped') continue;
    const tooManyStarts = deployment.starts >= MAX_STARTS;
    ({ deployment, epoch, intentAt } = await runStage(run, stage, {
      ...taken,
      deployment,
      epoch,
      intentAt,
      following: stages.slice(index + 1),
      tooManyStarts,
    }));
    if (deployment.due !== phase) return deployment;
  }
  return run.ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === phase ? endEvents(latest, phase, target) : [],
  );
}

/** Fails with Misconfigured if argo.yml no longer has this service and strategy. The deployment's thread says so. */
async function requireTarget(
  { settings, ports }: Run,
  { id, request, due }: Deployment,
): Promise<Target> {
  const found = findTarget(settings, request.service, request.environment);
  const moved = found.kind === 'found' && found.target.place.strategy !== request.strategy;
  if (found.kind === 'found' && !moved) return found.target;
  const gone = moved ? `says strategy: ${request.strategy} for` : 'declares';
  const message = `argo.yml no longer ${gone} ${request.service} in ${request.environment}, so its running deployment cannot continue`;
  const next =
    'restore it in argo.yml, then restart argo-bot: `sudo systemctl restart argo-bot`. The deployment then continues.';
  await ports.records.change(id, (latest) =>
    latest.due === due && latest.stalled?.message !== message
      ? [{ type: 'stalled', at: Date.now(), message, next }]
      : [],
  );
  throw new Misconfigured(message, { code: 'target-gone', next });
}

function endEvents(deployment: Deployment, phase: Phase, target: Target): DeploymentEvent[] {
  const at = Date.now();
  const done: DeploymentEvent = { type: 'phase-done', at, phase };
  const finished = (ending: Ending): DeploymentEvent => ({ type: 'finished', at, ending });
  switch (phase) {
    case 'prepare': {
      if (deployment.cancelledBy) return [done];
      if (isDryRun(deployment.request)) return [done, finished('dry-run')];
      const expiresAt = at + target.place.approval.expires_minutes * 60_000;
      const digest = approvalDigest(deployment);
      return [done, { type: 'gate-opened', at, digest, expiresAt }];
    }
    case 'release':
      return [done];
    case 'watch':
      return [done, finished('succeeded')];
    case 'rollback':
      return [done, finished(deployment.facts.leftBehind ? 'rollback-failed' : 'rolled-back')];
    case 'cleanup':
      return [done, finished(deployment.ending ?? 'failed')];
  }
}
