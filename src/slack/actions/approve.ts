// Answers the Approve button of an approval card: records the approval.
import { decide } from '../requests/decide.ts';
import { ForGate, ids } from '../contract/values.ts';
import { buttonListener } from './listener.ts';

export const approve = buttonListener({
  id: ids.approve,
  value: ForGate,
  run: (value, interaction, ports) => decide(ports, interaction, value, { kind: 'approved' }),
});
