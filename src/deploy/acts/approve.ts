// Decides whether an approval, a rejection or an approval alone counts, and when an approval expires.
import { type Deployment, openGate } from '../record/deployment.ts';
import { type Actor, type Outcome, type Refusal, refuse, write } from './act.ts';

export type Choice =
  | { kind: 'approved'; note?: string | undefined }
  | { kind: 'rejected'; reason: string }
  | { kind: 'broke-glass'; reason: string };

/** What a person decided on. */
export interface Card {
  /** Of everything that the card showed. */
  digest: string;
  /** How many people must approve. */
  needed: number;
}

/** A gate is decided once, and only on what the card showed. */
export function decide(
  d: Deployment,
  { digest, needed }: Card,
  choice: Choice,
  { by, now: at }: Actor,
): Outcome {
  const gate = openGate(d);
  if (!gate) return refuse(closedGate(d));
  if (gate.digest !== digest) return refuse({ kind: 'card-outdated' });
  if (at >= gate.expiresAt) return write({ type: 'expired', at });
  const signed = { at, by, digest };
  if (choice.kind === 'rejected')
    return write({ type: 'rejected', ...signed, reason: choice.reason });
  if (choice.kind === 'broke-glass')
    return write({ type: 'approved', ...signed, brokeGlass: choice.reason });
  const others = gate.votes.filter((vote) => vote.by !== by).length;
  const isLast = others + 1 >= needed;
  // A second click of the same person is not a second person.
  if (!isLast && others < gate.votes.length)
    return refuse({ kind: 'approved-already', votes: gate.votes.length, needed });
  const note = choice.note ? { note: choice.note } : {};
  return write({ type: isLast ? 'approved' : 'voted', ...signed, ...note });
}

/** Why nobody can decide any more. */
export function closedGate({ gate }: Deployment): Refusal {
  return { kind: 'gate-closed', decision: gate?.decision };
}

/** Closes a gate that nobody decided in time. */
export function expire(d: Deployment, now: number): Outcome {
  const gate = openGate(d);
  return gate && gate.expiresAt <= now
    ? write({ type: 'expired', at: now })
    : refuse(closedGate(d));
}
