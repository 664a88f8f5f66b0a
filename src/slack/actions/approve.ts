// Answers the Approve button of an approval card: records the approval.
import { decide } from '../requests/decide.ts';
import { ForGate, ids } from '../contract/values.ts';
import { listens } from './listener.ts';

export const approve = listens({
  id: ids.approve,
  value: ForGate,
  run: (value, interaction, ports) => decide(ports, interaction, value, { kind: 'approved' }),
});
