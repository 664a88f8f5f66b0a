import type { z } from 'zod';
import { openGate, type Deployment, type Gate } from '../deploy/deployment.ts';
import type { DeploymentEvent } from '../deploy/events.ts';
import { aimAgain } from './aim.ts';
import type { Ask, Reply } from './ask.ts';
import type { SlackPorts } from './ports.ts';
import { setGoing } from './set-going.ts';
import type { ForGate } from './values.ts';
import { say } from './views/answers.ts';
import { person, quoted, when } from './views/text.ts';

export type Choice = { kind: 'approved' } | { kind: 'rejected'; reason: string };

type Judged =
  | { kind: 'write' | 'expired'; events: DeploymentEvent[] }
  | { kind: 'refused'; events: []; reason: string };

/** A gate is decided once, on what was shown: everything is checked again inside the change. */
export async function decide(
  ports: SlackPorts,
  ask: Ask,
  { d: id, g: digest }: z.infer<typeof ForGate>,
  choice: Choice,
): Promise<Reply> {
  const deployment = await ports.records.read(id);
  if (!deployment) return say('That deployment is no longer on record. Nothing was changed.');
  const aimed = await aimAgain(ports, ask, deployment, { kind: 'decide', deployment });
  if (aimed.kind === 'refused') return aimed.reply;
  let judged: Judged | undefined;
  const changed = await ports.records.change(id, (latest) => {
    judged = judge(latest, digest, choice, ask.user, Date.now());
    return judged.events;
  });
  if (changed.kind === 'missing' || !judged) return say('That deployment is no longer on record.');
  if (judged.kind === 'refused') return say(judged.reason);
  await setGoing(ports, changed.deployment);
  if (judged.kind === 'expired')
    return say('⌛ Too late: the approval has expired. Nothing live was changed.');
  return say(
    choice.kind === 'approved'
      ? '✅ Approved. Traffic moves now.'
      : '🚫 Rejected. Nothing live was changed.',
  );
}

function judge(d: Deployment, digest: string, choice: Choice, by: string, at: number): Judged {
  const gate = openGate(d);
  if (!gate) return { kind: 'refused', events: [], reason: closed(d) };
  if (gate.digest !== digest) {
    const reason =
      'What this card showed is no longer what would run. Look at the newest card of the thread.';
    return { kind: 'refused', events: [], reason };
  }
  if (at >= gate.expiresAt) return { kind: 'expired', events: [{ type: 'expired', at }] };
  const event: DeploymentEvent =
    choice.kind === 'approved'
      ? { type: 'approved', at, by, digest }
      : { type: 'rejected', at, by, reason: choice.reason };
  return { kind: 'write', events: [event] };
}

/** What a person is told who comes too late. */
export function closed(d: Deployment): string {
  const decision: Gate['decision'] = d.gate?.decision;
  switch (decision?.kind) {
    case 'approved':
    case 'rejected':
      return `Already decided by ${person(decision.by)}: ${decision.kind} at ${when(decision.at)}. Nothing was changed by your click.`;
    case 'expired':
      return `The approval expired at ${when(decision.at)}. Nothing was changed by your click.`;
    case 'voided':
      return `The approval is void: ${quoted(decision.reason, 300)}. Nothing was changed by your click.`;
    case undefined:
      return 'Nothing waits for approval there any more. Nothing was changed by your click.';
  }
}
