// Asks a person for the reason of a rollback, and requests the rollback of a deployment or an environment.
import type { z } from 'zod';
import {
  releaseToReturnTo,
  rollBack as act,
  rollsBackItself,
} from '../../deploy/acts/roll-back.ts';
import type { Facts } from '../../deploy/record/facts.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { RollbackMetadata } from '../contract/values.ts';
import { say } from '../views/answers/answers.ts';
import { rollbackModal } from '../views/approval/modals.ts';
import { performAct } from './acts.ts';
import { onDeployment, onTarget } from './authorize.ts';
import { openModal } from './deploy-form.ts';
import { requestDeployment } from './request-deployment.ts';

type Rollback = Omit<z.infer<typeof RollbackMetadata>, 'channel' | 'thread'>;

/** Opens the form for the reason. The caller must check the person's role; `rollBack` checks it again. */
export function askForReason(
  interaction: Interaction,
  rollback: Rollback,
  facts?: Facts,
): Promise<undefined> {
  const { channel, thread } = interaction;
  return openModal(interaction, rollbackModal({ ...rollback, channel, thread }, facts));
}

export async function rollBack(
  interaction: Interaction,
  { s: service, e: environment, d: id, r: release }: Rollback,
  reason: string,
): Promise<Reply> {
  const action = { kind: 'rollback' } as const;
  const request = (target: Target, ref: string | undefined): Promise<Reply> =>
    requestDeployment(interaction, target, { kind: 'rollback', ref, reason });
  const rollBackRunning = (running: string): Promise<Reply> =>
    performAct(
      interaction,
      running,
      (d, actor) => act(d, reason, actor),
      () => say('Rolling back. The thread of the deployment shows the progress.'),
    );
  if (id !== undefined) {
    return onDeployment(interaction, id, action, (deployment, target) => {
      const ref = releaseToReturnTo(deployment);
      return ref === undefined ? rollBackRunning(id) : request(target, ref);
    });
  }
  return onTarget(interaction, { service, environment }, action, async (target) => {
    const { records } = interaction.ports;
    const claim = release === undefined ? await records.claim(target) : undefined;
    const running = claim && (await records.read(claim.deployment));
    // A running deployment that has switched traffic rolls back itself, because no other deployment can start.
    const itself = running && rollsBackItself(running);
    return itself ? rollBackRunning(running.id) : request(target, release);
  });
}
