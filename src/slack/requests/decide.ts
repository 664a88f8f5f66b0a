// Performs a click on Approve or Reject: finds the commits' authors, authorizes the person, and answers.
import type { z } from 'zod';
import { approvalsNeeded, type Choice, decide as act } from '../../deploy/acts/approval.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { slackErrorOf } from '../api/errors.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { MatchedAuthors, SlackPorts } from '../contract/ports.ts';
import type { ForGate } from '../contract/values.ts';
import { authorsNotMatched, decisionReply } from '../views/answers/answers.ts';
import { performAct } from './acts.ts';
import { onTarget, refusal } from './authorize.ts';

export async function decide(
  interaction: Interaction,
  { d: id, g: digest }: z.infer<typeof ForGate>,
  choice: Choice,
): Promise<Reply> {
  const { ports } = interaction;
  const deployment = await ports.records.read(id);
  if (!deployment) return refusal({ kind: 'gone' });
  const authors = choice.kind === 'approved' ? await authorsOf(ports, deployment) : undefined;
  if (authors && 'refused' in authors) return authors.refused;
  const action: Action =
    choice.kind === 'broke-glass'
      ? { kind: 'break-glass' }
      : { kind: 'decide', deployment, ...(authors ? { authors: authors.people } : {}) };
  return onTarget(interaction, deployment.request, action, (target) => {
    const needed = approvalsNeeded(target, authors?.unmatched.length ?? 0);
    return performAct(
      interaction,
      id,
      (d, actor) => act(d, { digest, needed }, choice, actor),
      (latest, [event]) => decisionReply(event, latest, needed, target),
    );
  });
}

/** Returns the release's authors, or a refusal while Slack does not answer: any approver could be an author. */
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
    log.warn(
      { deployment: id, trouble },
      'argo-bot refused an approval, because Slack did not say who the authors of the release are; the person can try again. If this repeats, run argo-bot doctor',
    );
    const scope = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return { refused: authorsNotMatched(scope) };
  }
}
