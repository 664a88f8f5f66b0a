// Describes each kind of request by its properties, so that other code rarely compares kinds.
import { z } from 'zod';
import type { DeployRequest, SlotChoice } from './events.ts';

interface RequestDescription {
  /** What messages call the request: `Deployment of argo-trading`. */
  title: string;
  /** The request makes a release from a commit. Otherwise the hosts have the release already. */
  makesRelease?: true;
  /** The request leaves users on the release that they have. */
  keepsRelease?: true;
  /** The request only moves users back: no lock, gate, cancel or watch applies to it. */
  rollsBack?: true;
}

const descriptions: Record<DeployRequest['kind'], RequestDescription> = {
  deploy: { title: 'Deployment', makesRelease: true },
  'config-push': { title: 'Config push', makesRelease: true },
  restart: { title: 'Restart', keepsRelease: true },
  rollback: { title: 'Rollback', rollsBack: true },
};

export function describeRequest({ kind }: Pick<DeployRequest, 'kind'>): RequestDescription {
  return descriptions[kind];
}

/** A dry run changes nothing: it has no claim, no gate, and no phase but `prepare`. */
export function isDryRun(request: DeployRequest): boolean {
  return 'dryRun' in request && request.dryRun;
}

/** Returns the git ref or release that the request names; undefined if it names none. */
export function refOf(request: DeployRequest): string | undefined {
  return 'ref' in request ? request.ref : undefined;
}

/** Returns why a person rolls back, in the person's words. */
export function reasonOf(request: DeployRequest): string | undefined {
  return 'reason' in request ? request.reason : undefined;
}

/** Returns the slot that the person chose, else `idle`. */
export function slotOf(request: DeployRequest): SlotChoice {
  return 'slot' in request ? request.slot : 'idle';
}

/** What a person asks for. The bot adds target, strategy, gate and origin. */
export type WantedRequest = Wanted<DeployRequest>;
type Wanted<Request> = Request extends DeployRequest
  ? Omit<Request, 'service' | 'environment' | 'strategy' | 'gate' | 'origin'>
  : never;

const EarlierRequest = z.looseObject({ kind: z.string(), plan: z.string() });
const PLANS_WITH_KIND: ReadonlySet<string> = new Set(['restart', 'config-push']);

/** Converts a request of an earlier version: a restart or config push was a deployment with such a `plan`. */
export function withCurrentKind(value: unknown): unknown {
  const earlier = EarlierRequest.safeParse(value).data;
  if (!earlier) return value;
  const { plan, ...request } = earlier;
  return PLANS_WITH_KIND.has(plan) ? { ...request, kind: plan } : request;
}
