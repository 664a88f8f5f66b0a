// Answers the buttons of the Home tab, as if they were clicked in the environment's first channel.
import type { Place } from '../../deploy/history/records.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { rollback } from '../commands/deploy.ts';
import { unlock } from '../commands/locks.ts';
import type { Answer, Interaction } from '../contract/interaction.ts';
import { ForLock, ids } from '../contract/values.ts';
import { answering } from '../requests/answer.ts';
import { openDeployForm } from '../requests/deploy-form.ts';
import { channelOf } from '../requests/permission.ts';
import { noTarget } from '../views/answers/answers.ts';
import { button } from './button.ts';

type Act = (place: Place, interaction: Interaction, lockedAt: number | undefined) => Answer;

/** The Home tab has no channel, so permissions and public answers use the environment's first channel. */
function homeButton(options: { id: string; urgent?: true }, act: Act) {
  return button({ ...options, value: ForLock }, async ({ s, e, l: lockedAt }, interaction) => {
    const { ports, user } = interaction;
    const place = { service: s, environment: e };
    const found = findTarget(ports.settings, s, e);
    if (found.kind !== 'found') return noTarget(found);
    const channel = channelOf(found.target);
    const reply = await act(place, { ...interaction, channel }, lockedAt);
    if (reply?.everyone) await answering(ports, { user, channel })(reply);
    return reply;
  });
}

export const homeButtons = [
  homeButton({ id: ids.homeDeploy }, (place, interaction) =>
    openDeployForm(interaction, { place }),
  ),
  homeButton({ id: ids.homeRollback, urgent: true }, (place, interaction) =>
    rollback({ kind: 'rollback', ...place }, interaction),
  ),
  homeButton({ id: ids.homeUnlock, urgent: true }, unlock),
];
