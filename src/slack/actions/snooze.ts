import { isSnoozed } from '../../deploy/record/alerts.ts';
import { updateAlert } from '../requests/update-alert.ts';
import { ForAlert, ids } from '../contract/values.ts';
import { person, when } from '../views/parts/text.ts';
import { listens } from './listener.ts';

const MINUTES = 15;

/** Quiet for a while; what argo-bot does by itself goes on. */
export const snooze = listens({
  id: ids.snooze,
  value: ForAlert,
  run(value, ask, ports) {
    const at = Date.now();
    const until = at + MINUTES * 60_000;
    return updateAlert(
      ports,
      ask,
      value,
      (alert) =>
        alert.snoozed && isSnoozed(alert, at)
          ? `Already snoozed by ${person(alert.snoozed.by)} until ${when(alert.snoozed.until)}.`
          : { type: 'snoozed', at, by: ask.user, until },
      `Snoozed until ${when(until)}. The watch and the automatic rollback go on.`,
    );
  },
});
