// Decides which services `/argo status` shows: the one in the command, or all that the channel may see.
import { allTargets } from '../../deploy/settings/settings.ts';
import { policy } from '../../deploy/acts/policy.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { placeStatus } from '../requests/place-status.ts';
import { statusView } from '../views/answers/status.ts';
import type { CommandListener } from '../contract/command-listener.ts';

const MAX_PLACES = 10;

export const status: CommandListener<'status'> = async (command, interaction, ports) => {
  if (command.service !== undefined || command.environment !== undefined) {
    const authorized = await authorizeTarget(ports, interaction, command, { kind: 'read' });
    if (authorized.kind === 'refused') return authorized.reply;
    return statusView([await placeStatus(ports, authorized.target)]);
  }
  const actor = { user: interaction.user, groups: [] };
  const visible = allTargets(ports.settings).filter(
    (target) => policy(actor, interaction.channel, { kind: 'read' }, target).kind === 'allowed',
  );
  const shown = visible.slice(0, MAX_PLACES);
  return statusView(
    await Promise.all(shown.map((target) => placeStatus(ports, target))),
    visible.length,
  );
};
