import type { z } from 'zod';
import { approvalDigest } from '../../deploy/acts/approval-digest.ts';
import { openAlert } from '../../deploy/record/alerts.ts';
import type { Alert, Deployment } from '../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import { authorizeDeployment } from './authorize.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { enqueue } from './enqueue.ts';
import type { ForAlert } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';

/** What to write of an open alert, or why nothing, escaped. */
type Judge = (alert: Alert) => Settled | string;
type Settled = Extract<DeploymentEvent, { type: 'acknowledged' | 'snoozed' }>;

/** What a person does about an alert: decided again with the write, so that a recovery is always first. */
export async function updateAlert(
  ports: SlackPorts,
  ask: Interaction,
  { d: id, a: number }: z.infer<typeof ForAlert>,
  judge: Judge,
  done: string,
): Promise<Reply> {
  const deployment = await ports.records.read(id);
  if (!deployment) return say('That deployment is no longer on record.');
  const aimed = await authorizeDeployment(ports, ask, deployment, { kind: 'acknowledge' });
  if (aimed.kind === 'refused') return aimed.reply;
  let refusal: string | undefined;
  const changed = await ports.records.change(id, (latest) => {
    const judged = judgeOpen(latest, number, judge);
    refusal = typeof judged === 'string' ? judged : undefined;
    return typeof judged === 'string' ? [] : [judged];
  });
  if (changed.kind === 'missing') return say('That deployment is no longer on record.');
  if (refusal !== undefined) return say(refusal);
  await enqueue(ports, changed.deployment);
  return say(done);
}

/** A late click must not undo a recovery, nor land on another alert. */
function judgeOpen(d: Deployment, number: number, judge: Judge): Settled | string {
  const alert = d.alerts[number - 1];
  if (!alert || openAlert(d) !== alert) return 'That alert is already over.';
  const judged = judge(alert);
  return typeof judged === 'string' ? judged : { ...judged, digest: approvalDigest(d) };
}
