import { updateAlert } from '../requests/update-alert.ts';
import { ForAlert, ids } from '../contract/values.ts';
import { person } from '../views/parts/text.ts';
import { listens } from './listener.ts';

export const acknowledge = listens({
  id: ids.acknowledge,
  value: ForAlert,
  run: (value, ask, ports) =>
    updateAlert(
      ports,
      ask,
      value,
      ({ acknowledgedBy }) =>
        acknowledgedBy
          ? `Already acknowledged by ${person(acknowledgedBy)}.`
          : { type: 'acknowledged', at: Date.now(), by: ask.user },
      'Acknowledged. The watch goes on.',
    ),
});
