// Carries out the buttons of the Home tab, as if clicked in the first channel of the place.
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
import { listens } from './listener.ts';

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

/** The Home tab is in no channel: what is done there is done as if in the place's first one, and told there. */
function fromHome(id: string, act: Act) {
  return listens({
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
  fromHome(ids.homeDeploy, (names, interaction, ports) =>
    openDeployForm(ports, interaction, { place: names }),
  ),
  fromHome(ids.homeRollback, (names, interaction, ports) =>
    rollback({ kind: 'rollback', ...names }, interaction, ports),
  ),
  fromHome(ids.homeUnlock, unlockPlace),
];
