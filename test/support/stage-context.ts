import type { Deployment } from '../../src/deploy/record/deployment.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import type { DeploymentEvent, DeployRequest } from '../../src/deploy/record/events.ts';
import type { Facts } from '../../src/deploy/record/facts.ts';
import { RequestSchema } from '../../src/deploy/record/events.ts';
import type { StageContext } from '../../src/deploy/step/stage.ts';
import type { Target } from '../../src/deploy/settings/settings.ts';
import type { MemoryWorld } from './memory-ports.ts';
import { targetWith } from './target.ts';

export function request(more: Partial<DeployRequest> = {}): DeployRequest {
  return RequestSchema.parse({
    kind: 'deploy',
    service: 'engine',
    environment: 'production',
    origin: { user: 'U0ADA', channel: 'C0OPS', team: 'T0' },
    ...more,
  });
}

/** A journal that begins with a request. */
export function journal(...events: (DeploymentEvent | DeploymentEvent[])[]): DeploymentEvent[] {
  return [{ type: 'requested', at: 0, id: 'd1', request: request() }, ...events.flat()];
}

interface Given {
  target?: Target;
  facts?: Facts;
  deployment?: Deployment;
  epoch?: number;
  signal?: AbortSignal;
  request?: Partial<DeployRequest>;
}

/** What one stage is given when it runs by itself. */
export function stageContext(world: MemoryWorld, given: Given = {}): StageContext {
  const asked = request(given.request);
  const deployment =
    given.deployment ?? fold([{ type: 'requested', at: 0, id: 'd1', request: asked }]);
  return {
    deployment,
    request: asked,
    target: given.target ?? targetWith({ hosts: world.hosts.map(({ name }) => name) }),
    facts: given.facts ?? deployment.facts,
    ports: world.ports,
    openHosts: async () => world.hosts,
    epoch: given.epoch ?? 1,
    signal: given.signal ?? new AbortController().signal,
    timeoutMs: 5_000,
    title: 'Stage under test',
  };
}
