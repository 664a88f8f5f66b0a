// Answers the Acknowledge button: marks an alert of the watch as acknowledged.
import { acknowledge as act } from '../../deploy/acts/update-alert.ts';
import { ForAlert, ids } from '../contract/values.ts';
import { actOnAlert } from '../requests/act.ts';
import { buttonListener } from './listener.ts';

export const acknowledge = buttonListener({
  id: ids.acknowledge,
  value: ForAlert,
  run({ d: id, a: number }, interaction, ports) {
    const actor = { by: interaction.user, now: Date.now() };
    const done = 'Acknowledged. The watch goes on.';
    return actOnAlert(ports, interaction, id, (d) => act(d, number, actor), done);
  },
});
