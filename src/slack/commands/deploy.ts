// Answers the commands that request a deployment: deploy, restart, retry, rollback, and the deploy form.
import type { Deployment } from '../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../deploy/record/requests.ts';
import type { Place } from '../../deploy/history/records.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { onTarget } from '../requests/authorize.ts';
import { openDeployForm } from '../requests/deploy-form.ts';
import { requestDeployment, retry as retryDeployment } from '../requests/request-deployment.ts';
import { noRelease } from '../grammar/words.ts';
import { usageOf } from '../grammar/commands.ts';
import { askForReason, rollBack } from '../requests/roll-back.ts';
import type { CommandListener } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say, wrongCommand } from '../views/answers/answers.ts';
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
  onTarget(interaction, command, { kind: 'rollback' }, async (target) => {
    const { release: r, reason } = command;
    const typed = r ?? reason ?? '';
    const what = kindOfName(typed, target);
    if (what !== undefined) {
      const example = `/argo rollback ${target.flags}`.trimEnd();
      const said = { reason: noRelease(typed, what), form: usageOf('rollback'), example };
      return wrongCommand({ kind: 'wrong', ...said });
    }
    const wanted = { s: target.service, e: target.environment, r };
    return reason === undefined
      ? askForReason(interaction, wanted)
      : rollBack(interaction, wanted, reason);
  });

/** Returns what `word` names in argo.yml, if it is no release; undefined if it names nothing. */
function kindOfName(word: string, { service, environment, place, settings }: Target) {
  const names: Record<string, readonly string[]> = {
    'the service': [service],
    'the environment': [environment],
    'a host': place.hosts.map(({ name }) => name),
    'the branch': 'branch' in settings.source ? [settings.source.branch] : [],
  };
  return Object.keys(names).find((what) => names[what]?.includes(word));
}
