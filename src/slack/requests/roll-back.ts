// Asks a person for the reason of a rollback, and requests the rollback of a deployment or an environment.
import type { z } from 'zod';
import {
  releaseToReturnTo,
  rollBack as act,
  rollsBackItself,
} from '../../deploy/acts/roll-back.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import type { RollbackMetadata } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { rollbackModal } from '../views/approval/rollback-modal.ts';
import { authorizeById, performAct } from './act.ts';
import { authorizeTarget } from './authorize.ts';
import { requestDeployment } from './request-deployment.ts';

type Rollback = Omit<z.infer<typeof RollbackMetadata>, 'channel' | 'thread'>;

/** Opens the form for the reason. The caller must have authorized the person; submitting authorizes again. */
export async function askForReason(
  { client }: SlackPorts,
  { trigger, channel, thread }: Interaction,
  rollback: Rollback,
): Promise<undefined> {
  const view = rollbackModal({ ...rollback, channel, ...(thread === undefined ? {} : { thread }) });
  await client.views.open({ trigger_id: trigger, view });
}

export async function rollBack(
  ports: SlackPorts,
  interaction: Interaction,
  { s: service, e: environment, d: id, r: release }: Rollback,
  reason: string,
): Promise<Reply> {
  const action = { kind: 'rollback' } as const;
  if (id !== undefined) {
    const found = await authorizeById(ports, interaction, id, action);
    if (found.kind === 'refused') return found.reply;
    const ref = releaseToReturnTo(found.deployment);
    return ref === undefined
      ? rollBackRunning(ports, interaction, id, reason)
      : requestDeployment(ports, interaction, found.target, { kind: 'rollback', ref, reason });
  }
  const authorized = await authorizeTarget(ports, interaction, { service, environment }, action);
  if (authorized.kind === 'refused') return authorized.reply;
  const { target } = authorized;
  const running = release === undefined ? await switchedDeployment(ports, target) : undefined;
  return running === undefined
    ? requestDeployment(ports, interaction, target, { kind: 'rollback', ref: release, reason })
    : rollBackRunning(ports, interaction, running, reason);
}

function rollBackRunning(
  ports: SlackPorts,
  { user: by }: Interaction,
  id: string,
  reason: string,
): Promise<Reply> {
  return performAct(
    ports,
    id,
    (d) => act(d, reason, { by, now: Date.now() }),
    () => say('Rolling back; progress in the thread.'),
  );
}

/** Returns the id of the running deployment if it has switched traffic: it holds the claim, so it rolls back itself. */
async function switchedDeployment(
  { records }: SlackPorts,
  target: Target,
): Promise<string | undefined> {
  const claim = await records.claim(target);
  const running = claim && (await records.read(claim.deployment));
  return running && rollsBackItself(running) ? running.id : undefined;
}
