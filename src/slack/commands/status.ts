import { policy } from '../../deploy/acts/policy.ts';
import { authorizeTarget } from '../requests/authorize.ts';
import { everything, placeStatus } from '../requests/place-status.ts';
import { statusView } from '../views/answers/status.ts';
import type { CommandListener } from '../contract/command-listener.ts';

const MAX_PLACES = 10;

export const status: CommandListener<'status'> = async (command, ask, ports) => {
  if (command.service !== undefined || command.environment !== undefined) {
    const aimed = await authorizeTarget(ports, ask, command, { kind: 'look' });
    if (aimed.kind === 'refused') return aimed.reply;
    return statusView([await placeStatus(ports, aimed.target)]);
  }
  const actor = { user: ask.user, groups: [] };
  const visible = everything(ports.settings).filter(
    (target) => policy(actor, ask.channel, { kind: 'look' }, target).kind === 'allowed',
  );
  const shown = visible.slice(0, MAX_PLACES);
  return statusView(
    await Promise.all(shown.map((target) => placeStatus(ports, target))),
    visible.length,
  );
};
