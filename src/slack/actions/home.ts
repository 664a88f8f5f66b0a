// Answers the buttons of the Home tab, as if they were clicked in the environment's first channel.
import { findTarget } from '../../deploy/settings/settings.ts';
import { answering } from '../requests/answer.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { rollback } from '../commands/rollback.ts';
import { unlockPlace } from '../commands/unlock.ts';
import { openDeployForm } from '../requests/deploy-form.ts';
import { channelOf } from '../requests/place-status.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ForLock, ids } from '../contract/values.ts';
import { noTarget } from '../views/answers/answers.ts';
import { buttonListener } from './listener.ts';

interface Names {
  service: string;
  environment: string;
}

type Act = (
  names: Names,
  interaction: Interaction,
  ports: SlackPorts,
  lockedAt?: number,
) => Promise<Reply | undefined>;

/** The Home tab has no channel, so the environment's first one is used for permissions and public answers. */
function homeButton(id: string, act: Act) {
  return buttonListener({
    id,
    value: ForLock,
    async run({ s: service, e: environment, l: lockedAt }, interaction, ports) {
      const found = findTarget(ports.settings, service, environment);
      if (found.kind !== 'found') return noTarget(found);
      const channel = channelOf(found.target);
      const reply = await act(
        { service, environment },
        { ...interaction, channel },
        ports,
        lockedAt,
      );
      if (reply?.everyone)
        await answering(ports.client, { user: interaction.user, channel })(reply);
      return reply;
    },
  });
}

export const homeActions = [
  homeButton(ids.homeDeploy, (names, interaction, ports) =>
    openDeployForm(ports, interaction, { place: names }),
  ),
  homeButton(ids.homeRollback, (names, interaction, ports) =>
    rollback({ kind: 'rollback', ...names }, interaction, ports),
  ),
  homeButton(ids.homeUnlock, unlockPlace),
];
