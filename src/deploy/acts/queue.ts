// Decides which requests ask for the same, and when a queued deployment moves on or gives up.
import { isQueued, switchBegan, type Deployment } from '../record/deployment.ts';
import type { DeploymentEvent, DeployRequest, Obstacle } from '../record/events.ts';
import { refOf, slotOf } from '../record/requests.ts';
import type { Records, DequeueResult } from '../history/records.ts';

/** After this time the request may no longer be what the person wants. */
export const LONGEST_WAIT_MS = 4 * 3_600_000;

/** Equal for requests that ask for the same, whoever makes them. */
export function wantsOf(request: DeployRequest): string {
  return [request.kind, slotOf(request), refOf(request) ?? ''].join(' ');
}

/** True if a second request gets the result of the first. After its switch there may be newer commits. */
export function serves(running: Deployment, request: DeployRequest): boolean {
  const open = !running.finished && !running.ending && !running.cancelledBy;
  return open && !switchBegan(running) && wantsOf(running.request) === wantsOf(request);
}

/** Moves a queued deployment forward as far as it can go. Any process may call it at any time. */
export async function advanceQueue(records: Records, deployment: Deployment): Promise<Deployment> {
  const turn = await records.dequeue(deployment);
  const now = Date.now();
  const changed = await records.change(deployment.id, (latest) => advance(latest, turn, now));
  return changed.kind === 'missing' ? deployment : changed.deployment;
}

function advance(d: Deployment, turn: DequeueResult, at: number): DeploymentEvent[] {
  if (!d.queued || !isQueued(d) || turn.kind === 'over') return [];
  if (turn.kind === 'turn') return [{ type: 'dequeued', at }];
  if (at - d.queued.since >= LONGEST_WAIT_MS) return [{ type: 'finished', at, ending: 'expired' }];
  const behind = obstacleOf(turn) ?? d.queued.behind;
  const moved = turn.place !== d.queued.place || !isSame(behind, d.queued.behind);
  return moved && behind ? [{ type: 'queue-moved', at, place: turn.place, behind }] : [];
}

function obstacleOf(turn: Exclude<DequeueResult, { kind: 'turn' | 'over' }>): Obstacle | undefined {
  if (turn.kind === 'locked') {
    return { kind: 'lock', by: turn.lock.by, reason: turn.lock.reason };
  }
  return turn.claim && { kind: 'deployment', by: turn.claim.by, since: turn.claim.since };
}

function isSame(a: Obstacle | undefined, b: Obstacle | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
