// What comes of a click at a gate: approved, one approval of several, rejected, or refused.
import type { z } from 'zod';
import { approvalsNeeded } from '../../deploy/acts/approval-digest.ts';
import { openGate, type Deployment, type Gate } from '../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { authorizeDeployment } from './authorize.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { MatchedAuthors } from '../contract/people.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { enqueue } from './enqueue.ts';
import { slackErrorOf } from '../api/errors.ts';
import type { ForGate } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { authorsNotMatched, decisionReply } from '../views/answers/decision-answers.ts';
import { person, quoted, when } from '../views/parts/text.ts';

export type Choice =
  | { kind: 'approved'; note?: string | undefined }
  | { kind: 'rejected'; reason: string }
  | { kind: 'broke-glass'; reason: string };

type Judged =
  | { kind: 'write' | 'expired'; events: [DeploymentEvent] }
  | { kind: 'refused'; events: []; reason: string };

interface Click {
  digest: string;
  choice: Choice;
  by: string;
  at: number;
  /** So many people have to approve. */
  needed: number;
}

/** A gate is decided once, on what was shown: everything is checked again inside the change. */
export async function decide(
  ports: SlackPorts,
  ask: Interaction,
  { d: id, g: digest }: z.infer<typeof ForGate>,
  choice: Choice,
): Promise<Reply> {
  const deployment = await ports.records.read(id);
  if (!deployment) return say('That deployment is no longer on record. Nothing was changed.');
  const authors = choice.kind === 'approved' ? await authorsOf(ports, deployment) : undefined;
  if (authors && 'refused' in authors) return authors.refused;
  const aimed = await authorizeDeployment(
    ports,
    ask,
    deployment,
    actionOf(choice, deployment, authors),
  );
  if (aimed.kind === 'refused') return aimed.reply;
  const needed = approvalsNeeded(aimed.target, authors?.unmatched.length ?? 0);
  let judged: Judged | undefined;
  const changed = await ports.records.change(id, (latest) => {
    judged = judge(latest, { digest, choice, by: ask.user, at: Date.now(), needed });
    return judged.events;
  });
  if (changed.kind === 'missing' || !judged) return say('That deployment is no longer on record.');
  if (judged.kind === 'refused') return say(judged.reason);
  await enqueue(ports, changed.deployment);
  return decisionReply(judged.events[0], changed.deployment, needed);
}

function actionOf(
  choice: Choice,
  deployment: Deployment,
  authors: MatchedAuthors | undefined,
): Action {
  if (choice.kind === 'broke-glass') return { kind: 'break-glass' };
  return { kind: 'decide', deployment, ...(authors ? { authors: authors.people } : {}) };
}

/** Without an answer from Slack nobody knows who wrote it, so nobody may approve it. */
async function authorsOf(
  { settings, matchAuthors, log }: SlackPorts,
  deployment: Deployment,
): Promise<MatchedAuthors | { refused: Reply } | undefined> {
  const { id, request } = deployment;
  const found = findTarget(settings, request.service, request.environment);
  if (found.kind !== 'found') return undefined;
  try {
    return await matchAuthors(deployment, found.target);
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (!trouble) throw error;
    log.warn({ deployment: id, trouble }, 'authors could not be matched with people in Slack');
    const scope = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return { refused: authorsNotMatched(scope) };
  }
}

function judge(d: Deployment, { digest, choice, by, at, needed }: Click): Judged {
  const gate = openGate(d);
  if (!gate) return refused(closed(d));
  if (gate.digest !== digest)
    return refused(
      'What this card showed is no longer what would run. Look at the newest card of the thread.',
    );
  if (at >= gate.expiresAt) return { kind: 'expired', events: [{ type: 'expired', at }] };
  const signed = { at, by, digest };
  if (choice.kind === 'rejected')
    return write({ type: 'rejected', ...signed, reason: choice.reason });
  if (choice.kind === 'broke-glass')
    return write({ type: 'approved', ...signed, brokeGlass: choice.reason });
  const others = gate.votes.filter((vote) => vote.by !== by).length;
  const last = others + 1 >= needed;
  // A second click of the same person is not a second person.
  if (!last && others < gate.votes.length)
    return refused(
      `You have approved this already: ${gate.votes.length} of ${needed} approvals. Somebody else has to approve as well.`,
    );
  const note = choice.note ? { note: choice.note } : {};
  return write({ type: last ? 'approved' : 'voted', ...signed, ...note });
}

function write(event: DeploymentEvent): Judged {
  return { kind: 'write', events: [event] };
}

function refused(reason: string): Judged {
  return { kind: 'refused', events: [], reason };
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
