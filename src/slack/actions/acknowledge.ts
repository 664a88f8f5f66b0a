import { settleAlert } from '../settle-alert.ts';
import { ForAlert, ids } from '../values.ts';
import { person } from '../views/text.ts';
import { listens } from './listener.ts';

export const acknowledge = listens({
  id: ids.acknowledge,
  value: ForAlert,
  run: (value, ask, ports) =>
    settleAlert(
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
