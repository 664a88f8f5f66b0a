import { openGate, type Deployment } from '../../src/deploy/record/deployment.ts';
import type { DeploymentEvent, DeployRequest, Phase } from '../../src/deploy/record/events.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { type Run } from '../../src/deploy/engine/run-context.ts';
import { createMemoryWorld, type MemoryWorld, type WorldOptions } from './memory-ports.ts';
import { request } from './stage-context.ts';
import { settingsWith, type Changes } from './target.ts';

export interface Play extends MemoryWorld {
  id: string;
  run: Run;
  stop: AbortController;
  /** One phase, as a worker runs it. */
  phase(name: Phase): Promise<Deployment>;
  /** Every due phase, until a gate or the end. */
  go(): Promise<Deployment>;
  approve(): Promise<void>;
  now(): Promise<Deployment>;
  types(): string[];
}

/** One deployment with a worker to run it, on hosts in memory. */
export async function play(
  options: WorldOptions & { settings?: Changes; request?: Partial<DeployRequest> } = {},
): Promise<Play> {
  const world = createMemoryWorld(options);
  const created = await world.records.create(request(options.request));
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const stop = new AbortController();
  const hosts = world.hosts.map(({ name }) => name);
  const settings = settingsWith({ hosts, ...options.settings });
  const run: Run = { ports: world.ports, settings, worker: 'w1', signal: stop.signal };
  const now = async (): Promise<Deployment> => {
    const latest = await world.records.read(id);
    if (!latest) throw new Error('no record');
    return latest;
  };
  const phase = async (name: Phase) => (await runPhase(run, id, name)) ?? now();
  return {
    ...world,
    id,
    run,
    stop,
    phase,
    now,
    async go() {
      for (let d = await now(); ;) {
        if (!d.due) return d;
        d = await phase(d.due);
      }
    },
    async approve() {
      const digest = openGate(await now())?.digest ?? '';
      await world.records.append(id, { type: 'approved', at: Date.now(), by: 'U0BEN', digest });
    },
    types: () => world.records.journal(id).map(({ type }) => type),
  };
}

export function started(epoch: number): DeploymentEvent {
  return { type: 'phase-started', at: 1, phase: 'prepare', epoch, worker: `w${epoch}` };
}

export const cancel: DeploymentEvent = { type: 'cancel-requested', at: 1, by: 'U0ADA' };
