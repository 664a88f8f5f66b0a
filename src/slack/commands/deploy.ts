// Answers the commands that request a deployment: deploy, restart, retry, rollback, and the deploy form.
import type { Deployment } from '../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../deploy/record/requests.ts';
import type { Place } from '../../deploy/history/records.ts';
import { onTarget } from '../requests/authorize.ts';
import { openDeployForm } from '../requests/deploy-form.ts';
import { requestDeployment, retry as retryDeployment } from '../requests/request-deployment.ts';
import { askForReason, rollBack } from '../requests/roll-back.ts';
import type { CommandListener } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { nextStep } from '../views/parts/next-step.ts';

export const form: CommandListener<'form'> = (_command, interaction) => openDeployForm(interaction);

export const deploy: CommandListener<'deploy'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'deploy' }, (target) => {
    const { kind, slot, ref, dryRun } = command;
    return requestDeployment(interaction, target, { kind, slot, ref, dryRun });
  });

export const restart: CommandListener<'restart'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'deploy' }, (target) =>
    requestDeployment(interaction, target, { kind: 'restart' }),
  );

/** Repeats the last deployment that was neither a dry run nor a rollback. */
export const retry: CommandListener<'retry'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'deploy' }, async (target) => {
    const last = await lastDeployment(interaction.ports, target);
    return last?.finished
      ? retryDeployment(interaction, target, last)
      : say(
          `Nothing has been deployed there yet, so there is nothing to retry. ${nextStep('`/argo deploy`.', target)}`,
        );
  });

async function lastDeployment(
  { records }: SlackPorts,
  place: Place,
): Promise<Deployment | undefined> {
  const history = await records.history(place, 30);
  for (const { id, kind } of history) {
    const record = !describeRequest({ kind }).rollsBack ? await records.readOrSkip(id) : undefined;
    if (record && !isDryRun(record.request)) return record;
  }
  return undefined;
}

export const rollback: CommandListener<'rollback'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'rollback' }, (target) => {
    const { release: r, reason } = command;
    const wanted = { s: target.service, e: target.environment, r };
    return reason === undefined
      ? askForReason(interaction, wanted)
      : rollBack(interaction, wanted, reason);
  });
