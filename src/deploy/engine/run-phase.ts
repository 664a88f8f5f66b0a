import { type Run, type Taken } from './run-context.ts';
import { cancelWaits, type Deployment } from '../record/deployment.ts';
import { Interrupted } from '../record/errors.ts';
import type { DeploymentEvent, Ending, Phase } from '../record/events.ts';
import { supersede } from '../history/retry.ts';
import { approvalDigest } from '../acts/approval-digest.ts';
import { stagesOf } from '../record/plan.ts';
import type { Host } from '../ports/ports.ts';
import { relearnSecrets } from '../release/release-contents.ts';
import { runStage } from './run-stage.ts';
import { findTarget, type Target } from '../settings/settings.ts';
import { Misconfigured } from '../record/errors.ts';

/** A phase that so many workers have died in is not tried again. */
const MOST_STARTS = 6;

/**
 * The one loop: takes the deployment over, goes through the phase's stages that are not done, and
 * writes what follows. Returns the record as it then stands; whoever called wakes what is next.
 */
export async function runPhase(
  run: Run,
  id: string,
  phase: Phase,
): Promise<Deployment | undefined> {
  const { records } = run.ports;
  const before = await records.read(id);
  if (!before || before.due !== phase) return before;
  run.signal.throwIfAborted();
  // Before anything is written: a start that cannot lead anywhere must not count as a crash.
  const target = await targetOf(run, before);
  const epoch = await records.takeEpoch(id);
  const started = await records.changeAs(id, epoch, (latest) =>
    latest.due === phase
      ? [{ type: 'phase-started', at: Date.now(), phase, epoch, worker: run.worker }]
      : [],
  );
  if (started.due !== phase) return started;
  if (isFirst(before) && !before.request.dryRun) await supersedeLast(run, before);
  const stop = new AbortController();
  const superseded = async (): Promise<void> => {
    const latest = await records.read(id);
    if (!latest || latest.due !== phase || cancelWaits(latest)) {
      stop.abort(new Interrupted('the deployment was told to do something else'));
    }
  };
  // A read that fails here is made up for by the next change, and by the compare-and-set of the next write.
  const unsubscribe = await records.subscribe(id, () => void superseded().catch(() => undefined));
  try {
    // What was said before anybody listened: a cancel whose worker has died in the meantime.
    await superseded();
    const signal = AbortSignal.any([run.signal, stop.signal]);
    const relearned = relearnSecrets({ ports: run.ports, target, facts: started.facts, signal });
    // The switch back is what users wait for; whoever tells a log of that release learns first.
    if (phase !== 'rollback') await relearned;
    return await runStages(run, target, { deployment: started, phase, epoch, stop: stop.signal });
  } catch (error) {
    await park(run, id);
    throw error;
  } finally {
    await unsubscribe();
    await run.ports.hosts.closeAll();
  }
}

function isFirst({ starts, phasesDone }: Deployment): boolean {
  return starts === 0 && phasesDone.length === 0;
}

/** The last one's buttons end here; if that cannot be written, a click on them is still refused or asked again. */
async function supersedeLast({ ports }: Run, { id, request }: Deployment): Promise<void> {
  try {
    await supersede(ports.records, request, Date.now());
  } catch (error) {
    ports.log.warn({ deployment: id, err: error }, 'the deployment before keeps its buttons');
  }
}

/** Says that this was a stop in good order, where that is so and can still be said. */
async function park({ ports, signal }: Run, id: string): Promise<void> {
  if (!signal.aborted) return;
  try {
    await ports.records.change(id, () => [{ type: 'phase-parked', at: Date.now() }]);
  } catch (error) {
    ports.log.info({ deployment: id, err: error }, 'stopped without saying so in the journal');
  }
}

async function runStages(run: Run, target: Target, taken: Taken): Promise<Deployment> {
  const { phase } = taken;
  let { deployment, epoch } = taken;
  const openHosts = hostOpener(run, target);
  // The handshakes go on while the first stages look at the source; whoever needs the hosts hears of a failure.
  openHosts().catch(() => undefined);
  for (const stage of stagesOf(deployment.request, phase)) {
    const state = deployment.stages.find(({ name }) => name === stage.name);
    if (!state || state.status === 'done' || state.status === 'skipped') continue;
    const spent = deployment.starts >= MOST_STARTS;
    ({ deployment, epoch } = await runStage(run, stage, {
      ...taken,
      deployment,
      epoch,
      target,
      openHosts,
      spent,
    }));
    if (deployment.due !== phase) return deployment;
  }
  return run.ports.records.changeAs(deployment.id, epoch, (latest) =>
    latest.due === phase ? conclude(latest, phase, target) : [],
  );
}

/** A service that was taken out of argo.yml in mid-deployment cannot be finished: its thread says so. */
async function targetOf(
  { settings, ports }: Run,
  { id, request, due }: Deployment,
): Promise<Target> {
  const found = findTarget(settings, request.service, request.environment);
  const moved = found.kind === 'found' && found.target.place.strategy !== request.strategy;
  if (found.kind === 'found' && !moved) return found.target;
  const message = moved
    ? `argo.yml no longer says strategy: ${request.strategy} for ${request.service} in ${request.environment}, which is being deployed so`
    : `argo.yml no longer declares ${request.service} in ${request.environment}, which is being deployed`;
  const next = 'Put it back, restart the worker, and the deployment goes on.';
  await ports.records.change(id, (latest) =>
    latest.due === due && latest.stalled?.message !== message
      ? [{ type: 'stalled', at: Date.now(), message, next }]
      : [],
  );
  throw new Misconfigured(message, { code: 'target-gone', next });
}

function hostOpener({ ports, signal }: Run, target: Target): () => Promise<Host[]> {
  return () => Promise.all(target.place.hosts.map((host) => ports.hosts.open(host, signal)));
}

function conclude(deployment: Deployment, phase: Phase, target: Target): DeploymentEvent[] {
  const at = Date.now();
  const done: DeploymentEvent = { type: 'phase-done', at, phase };
  const finished = (ending: Ending): DeploymentEvent => ({ type: 'finished', at, ending });
  switch (phase) {
    case 'prepare': {
      if (deployment.cancelledBy) return [done];
      if (deployment.request.dryRun) return [done, finished('dry-run')];
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
