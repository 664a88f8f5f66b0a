// Answers `/argo status`, `history` and `help`.
import { allTargets } from '../../deploy/settings/settings.ts';
import { policy } from '../../deploy/acts/policy.ts';
import type { CommandListener } from '../contract/interaction.ts';
import { onTarget } from '../requests/authorize.ts';
import { helpFor } from '../requests/deploy-form.ts';
import { placeStatus } from '../requests/place-status.ts';
import { historyView } from '../views/answers/history.ts';
import { statusView } from '../views/answers/status.ts';

const MAX_PLACES = 10;

export const status: CommandListener<'status'> = async (command, interaction) => {
  const { ports, user, channel } = interaction;
  if (command.service !== undefined || command.environment !== undefined) {
    return onTarget(interaction, command, { kind: 'read' }, async (target) =>
      statusView([await placeStatus(ports, target, { reader: user })]),
    );
  }
  const visible = allTargets(ports.settings).filter(
    (target) => policy({ user, groups: [] }, channel, { kind: 'read' }, target).kind === 'allowed',
  );
  const shown = visible.slice(0, MAX_PLACES);
  return statusView(
    await Promise.all(shown.map((target) => placeStatus(ports, target, { reader: user }))),
    visible.length,
  );
};

export const history: CommandListener<'history'> = (command, interaction) =>
  onTarget(interaction, command, { kind: 'read' }, async (target) => {
    const found = await placeStatus(interaction.ports, target, { most: command.limit });
    return historyView(found.place, found, command.limit, target);
  });

export const help: CommandListener<'help'> = (_command, interaction) => helpFor(interaction);
