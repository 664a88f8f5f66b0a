// Folds approval events into a gate: the votes so far, and whether it is open.
import type { Gate, Vote } from './deployment.ts';
import type { DeploymentEvent } from './events.ts';

export type GateDecision = DeploymentEvent & {
  type: 'approved' | 'rejected' | 'expired' | 'approval-invalidated';
};

/** Adds an approval to an open gate. Each person counts once. */
export function vote(gate: Gate | undefined, { by, at, note }: Vote): void {
  if (!gate || gate.decision || gate.votes.some((other) => other.by === by)) return;
  gate.votes.push({ by, at, note });
}

export function settleGate(gate: Gate, event: GateDecision): void {
  const { at } = event;
  switch (event.type) {
    case 'approved': {
      const { by, brokeGlass } = event;
      // A person who used break-glass does not count as an approver.
      if (brokeGlass === undefined) vote(gate, event);
      gate.decision = { kind: 'approved', by, at, brokeGlass };
      return;
    }
    case 'rejected':
      gate.decision = { kind: 'rejected', by: event.by, at, reason: event.reason };
      return;
    case 'expired':
      gate.decision = { kind: 'expired', at };
      return;
    case 'approval-invalidated':
      gate.decision = { kind: 'voided', at, reason: event.reason };
  }
}
