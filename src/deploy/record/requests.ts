// Describes each kind of request by its properties, so that no other code compares kinds.
import { z } from 'zod';
import type { DeployRequest, SlotChoice } from './events.ts';

type RequestKind = DeployRequest['kind'];

interface RequestDescription {
  /** What messages call it: `Deployment of argo-trading`. */
  title: string;
  /** It makes a release of a commit; without it, the release is on the hosts already. */
  makesRelease?: true;
  /** Users stay on the release that they have. */
  keepsRelease?: true;
  /** It only moves users back: no lock, gate, cancel or watch applies to it. */
  rollsBack?: true;
}

const descriptions: Record<RequestKind, RequestDescription> = {
  deploy: { title: 'Deployment', makesRelease: true },
  'config-push': { title: 'Config push', makesRelease: true },
  restart: { title: 'Restart', keepsRelease: true },
  rollback: { title: 'Rollback', rollsBack: true },
};

export function describeRequest({ kind }: { kind: RequestKind }): RequestDescription {
  return descriptions[kind];
}

/** A dry run changes nothing: it has no claim, no gate, and no phase but `prepare`. */
export function isDryRun(request: DeployRequest): boolean {
  return 'dryRun' in request && request.dryRun;
}

/** A git ref or a release; undefined if the request names none. */
export function refOf(request: DeployRequest): string | undefined {
  return 'ref' in request ? request.ref : undefined;
}

/** Why a person rolls back, in the person's words. */
export function reasonOf(request: DeployRequest): string | undefined {
  return 'reason' in request ? request.reason : undefined;
}

/** `idle`, unless the person chose a slot. */
export function slotOf(request: DeployRequest): SlotChoice {
  return 'slot' in request ? request.slot : 'idle';
}

/** What a person asks for: a request without its place and origin. */
export type WantedRequest = Wanted<DeployRequest>;
type Wanted<Request> = Request extends DeployRequest
  ? Omit<Request, 'service' | 'environment' | 'strategy' | 'gate' | 'origin'>
  : never;

const EarlierRequest = z.looseObject({ kind: z.string(), plan: z.string() });
const PLANS_WITH_KIND: ReadonlySet<string> = new Set(['restart', 'config-push']);

/** Earlier versions had one kind for all but rollbacks, and a plan. Their inspections read as dry runs. */
export function withCurrentKind(value: unknown): unknown {
  const earlier = EarlierRequest.safeParse(value).data;
  if (!earlier) return value;
  const { plan, ...request } = earlier;
  return PLANS_WITH_KIND.has(plan) ? { ...request, kind: plan } : request;
}
