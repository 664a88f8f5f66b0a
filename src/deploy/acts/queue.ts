// Decides which requests are equal, and when a queued deployment moves forward, starts or expires.
import { isQueued, switchBegan, type Deployment } from '../record/deployment.ts';
import {
  type DeploymentEvent,
  type DeployRequest,
  type Obstacle,
  RequestKind,
} from '../record/events.ts';
import { refOf, slotOf } from '../record/requests.ts';
import type { Records, DequeueResult } from '../history/records.ts';

/** Longest time in the queue. After that, the person may no longer want the deployment. */
export const LONGEST_WAIT_MS = 4 * 3_600_000;

/** Returns a text that is equal for equal requests, so that the queue can refuse the second one. */
export function wantsOf(request: DeployRequest): string {
  return [request.kind, slotOf(request), refOf(request) ?? ''].join(' ');
}

/** Parses the text of `wantsOf`; undefined if an older version of argo-bot wrote it in another form. */
export function readWants(
  wants: string,
): { kind: DeployRequest['kind']; ref: string | undefined } | undefined {
  const [word, , ref] = wants.split(' ');
  const kind = RequestKind.safeParse(word).data;
  return kind && { kind, ref: ref || undefined };
}

/** True if the running deployment does what is requested. False after its switch: its branch may have newer commits. */
export function serves(running: Deployment, request: DeployRequest): boolean {
  const open = !running.finished && !running.ending && !running.cancelledBy;
  return open && !switchBegan(running) && wantsOf(running.request) === wantsOf(request);
}

/** Gives the claim to a queued deployment if it is next, else records its new position. Safe to call at any time. */
export async function advanceQueue(records: Records, deployment: Deployment): Promise<Deployment> {
  const result = await records.dequeue(deployment);
  const now = Date.now();
  const changed = await records.change(deployment.id, (latest) => eventsOf(latest, result, now));
  return changed.kind === 'missing' ? deployment : changed.deployment;
}

function eventsOf(d: Deployment, result: DequeueResult, at: number): DeploymentEvent[] {
  if (!d.queued || !isQueued(d) || result.kind === 'over') return [];
  if (result.kind === 'turn') return [{ type: 'dequeued', at }];
  if (at - d.queued.since >= LONGEST_WAIT_MS) return [{ type: 'finished', at, ending: 'expired' }];
  const behind = obstacleOf(result) ?? d.queued.behind;
  const moved =
    result.place !== d.queued.place || JSON.stringify(behind) !== JSON.stringify(d.queued.behind);
  return moved && behind ? [{ type: 'queue-moved', at, place: result.place, behind }] : [];
}

function obstacleOf(
  result: Exclude<DequeueResult, { kind: 'turn' | 'over' }>,
): Obstacle | undefined {
  if (result.kind === 'locked') {
    return { kind: 'lock', by: result.lock.by, reason: result.lock.reason };
  }
  return result.claim && { kind: 'deployment', by: result.claim.by, since: result.claim.since };
}
