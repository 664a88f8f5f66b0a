// Decides what a deployment needs now: a phase, an expiry, or nothing.
import { openGate, type Deployment } from '../record/deployment.ts';
import type { Phase } from '../record/events.ts';

export type NextMove =
  { kind: 'run'; phase: Phase } | { kind: 'expire'; at: number } | { kind: 'nothing' };

export function nextMove(deployment: Deployment): NextMove {
  if (deployment.finished) return { kind: 'nothing' };
  if (deployment.due) return { kind: 'run', phase: deployment.due };
  const gate = openGate(deployment);
  return gate ? { kind: 'expire', at: gate.expiresAt } : { kind: 'nothing' };
}
