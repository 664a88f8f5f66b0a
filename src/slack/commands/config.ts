// Decides what `/argo config check`, `diff` and `push` request, and when a push is refused.
import { isAbsolute } from 'node:path';
import { readLiveCommit, type LiveCommit } from '../../deploy/history/live-by-record.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { requestInspection } from '../inspections/request-inspection.ts';
import { requestDeployment } from '../requests/request-deployment.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { say } from '../views/answers/answers.ts';
import { code } from '../views/parts/text.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const config: CommandListener<'config'> = async (command, interaction, ports) => {
  // Check and diff also need the deploy role: they show every key and call providers with the team's credentials.
  const authorized = await authorizeTarget(ports, interaction, command, { kind: 'deploy' });
  if (authorized.kind === 'refused') return authorized.reply;
  const { target } = authorized;
  if (!target.settings.config) {
    return say(`${code(target.service, 60)} declares no config in argo.yml. Nothing was started.`);
  }
  if (command.act === 'push') return push(ports, interaction, target);
  const kind = command.act === 'check' ? 'config-check' : 'config-diff';
  return requestInspection(ports, interaction, target, { kind });
};

/** Requests a new release of the live commit, because the config of an existing release never changes. */
async function push(ports: SlackPorts, interaction: Interaction, target: Target): Promise<Reply> {
  const file = target.place.config_file ?? target.settings.config?.file ?? '';
  if (!isAbsolute(file)) {
    return say(
      `The config ${code(file, 200)} is part of the repository, so the live commit has no other. Commit the change, then \`/argo deploy\`.`,
    );
  }
  const live = await readLiveCommit(ports.records, target);
  if (live.kind !== 'commit') return say(`${noCommit(live)} Nothing was started.`);
  const wanted = { kind: 'config-push', slot: 'idle', ref: live.sha } as const;
  return requestDeployment(ports, interaction, target, wanted);
}

function noCommit(live: Exclude<LiveCommit, { kind: 'commit' }>): string {
  switch (live.kind) {
    case 'nothing':
      return 'Nothing deployed by argo-bot is live yet, so there is no commit to bring a config with. `/argo deploy` brings both.';
    case 'unknown':
      return 'The last rollback failed, so what is live is not known. Settle that first: `/argo rollback` or `/argo deploy`.';
    case 'no-commit':
      return `No record says which commit ${live.release === undefined ? 'the live release' : code(live.release, 80)} was made of. \`/argo deploy\` with a commit brings the current config too.`;
  }
}
