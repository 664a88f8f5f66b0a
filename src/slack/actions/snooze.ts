// Answers the Snooze button: silences an alert of the watch for some minutes.
import { snooze as act, SNOOZE_MINUTES } from '../../deploy/acts/update-alert.ts';
import { ForAlert, ids } from '../contract/values.ts';
import { actOnAlert } from '../requests/act.ts';
import { when } from '../views/parts/text.ts';
import { buttonListener } from './listener.ts';

export const snooze = buttonListener({
  id: ids.snooze,
  value: ForAlert,
  run({ d: id, a: number }, interaction, ports) {
    const actor = { by: interaction.user, now: Date.now() };
    const until = when(actor.now + SNOOZE_MINUTES * 60_000);
    const done = `Snoozed until ${until}. The watch and the automatic rollback go on.`;
    return actOnAlert(ports, interaction, id, (d) => act(d, number, actor), done);
  },
});
