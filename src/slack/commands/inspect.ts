// Answers `/argo health`, `logs`, `diff` and `config`: requests an inspection, or a deployment with the current config.
import { isAbsolute } from 'node:path';
import type { Place } from '../../deploy/history/records.ts';
import { readLiveCommit, type LiveCommit } from '../../deploy/history/live-by-record.ts';
import { describeInspection, type WantedInspection } from '../../deploy/inspections/inspection.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Answer, CommandListener, Interaction, Reply } from '../contract/interaction.ts';
import { requestInspection } from '../inspections/inspections.ts';
import { onTarget } from '../requests/authorize.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import { say } from '../views/answers/answers.ts';
import { code } from '../views/parts/text.ts';
import { nextStep } from '../views/parts/next-step.ts';

export const health: CommandListener<'health'> = (command, interaction) =>
  inspect(interaction, command, { kind: 'health' });

export const logs: CommandListener<'logs'> = (command, interaction) => {
  const { kind, slot, lines } = command;
  return inspect(interaction, command, { kind, slot, lines });
};

export const diff: CommandListener<'diff'> = (command, interaction) =>
  inspect(interaction, command, { kind: 'diff', ref: command.ref });

function inspect(
  interaction: Interaction,
  names: Partial<Place>,
  wanted: WantedInspection,
): Answer {
  const { action } = describeInspection(wanted);
  return onTarget(interaction, names, action, (target) =>
    requestInspection(interaction, target, wanted),
  );
}

/** `check` and `diff` show every key of the config and test credentials, so they need the deploy role, too. */
export const config: CommandListener<'config'> = ({ act, ...names }, interaction) =>
  onTarget(interaction, names, { kind: 'deploy' }, async (target) => {
    if (!target.settings.config) {
      return say(
        `${code(target.service, 60)} declares no config in argo.yml. Nothing was started.`,
      );
    }
    return act === 'push'
      ? push(interaction, target)
      : requestInspection(interaction, target, { kind: `config-${act}` });
  });

/** Deploys the live commit again with the current config: the config of an existing release never changes. */
async function push(interaction: Interaction, target: Target): Promise<Reply> {
  const file = target.place.config_file ?? target.settings.config?.file ?? '';
  if (!isAbsolute(file)) {
    return say(
      `The config ${code(file, 200)} is part of the repository, so the live commit has no other. Nothing was started. ${nextStep('commit the change, then `/argo deploy`.', target)}`,
    );
  }
  const live = await readLiveCommit(interaction.ports.records, target);
  if (live.kind !== 'commit') {
    const { why, next } = noCommit(live);
    return say(`${why} Nothing was started. ${nextStep(next, target)}`);
  }
  const wanted = { kind: 'config-push', slot: 'idle', ref: live.sha } as const;
  return requestDeployment(interaction, target, wanted);
}

function noCommit(live: Exclude<LiveCommit, { kind: 'commit' }>): { why: string; next: string } {
  switch (live.kind) {
    case 'nothing':
      return {
        why: 'No release of argo-bot is live yet, so there is no commit to send the config with.',
        next: '`/argo deploy` sends both.',
      };
    case 'unknown':
      return {
        why: 'The last rollback failed, so what is live is not known.',
        next: 'see what is live with `/argo health`, then `/argo rollback`.',
      };
    case 'no-commit':
      return {
        why: `No record says which commit ${live.release === undefined ? 'the live release' : code(live.release, 80)} was made of.`,
        next: '`/argo deploy` sends the current config, too.',
      };
  }
}
