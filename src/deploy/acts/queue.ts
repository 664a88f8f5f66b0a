import { isQueued, switchBegan, type Deployment } from '../record/deployment.ts';
import type { DeploymentEvent, DeployRequest, Obstacle } from '../record/events.ts';
import type { Records, Turn } from '../history/records.ts';

/** By then whoever asked has forgotten it, and what they wanted may no longer be what is right. */
export const LONGEST_WAIT_MS = 4 * 3_600_000;

/** What a request is about, whoever makes it: the same words ask for the same. */
export function wantsOf({ kind, plan, slot, ref }: DeployRequest): string {
  return [kind, plan, slot, ref ?? ''].join(' ');
}

/** Whether a second request is served by the first: until its switch, since after that there may be new commits. */
export function serves(running: Deployment, request: DeployRequest): boolean {
  const open = !running.finished && !running.ending && !running.cancelledBy;
  return open && !switchBegan(running) && wantsOf(running.request) === wantsOf(request);
}

/** Moves a deployment that stands in line as far as it may go; anybody may ask at any time. */
export async function advanceQueue(records: Records, deployment: Deployment): Promise<Deployment> {
  const turn = await records.takeTurn(deployment);
  const at = Date.now();
  const changed = await records.change(deployment.id, (latest): DeploymentEvent[] => {
    if (!latest.line || !isQueued(latest)) return [];
    if (turn.kind === 'turn') return [{ type: 'turn-came', at }];
    if (turn.kind === 'over') return [];
    if (at - latest.line.since >= LONGEST_WAIT_MS) {
      return [{ type: 'finished', at, ending: 'expired' }];
    }
    const behind = obstacleOf(turn) ?? latest.line.behind;
    const { place } = turn;
    const moved = place !== latest.line.place || !alike(behind, latest.line.behind);
    return moved && behind ? [{ type: 'line-moved', at, place, behind }] : [];
  });
  return changed.kind === 'missing' ? deployment : changed.deployment;
}

function obstacleOf(turn: Exclude<Turn, { kind: 'turn' | 'over' }>): Obstacle | undefined {
  if (turn.kind === 'locked') {
    return { kind: 'lock', by: turn.lock.by, reason: turn.lock.reason };
  }
  return turn.claim && { kind: 'deployment', by: turn.claim.by, since: turn.claim.since };
}

function alike(a: Obstacle | undefined, b: Obstacle | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
