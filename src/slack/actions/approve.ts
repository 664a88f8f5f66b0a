import { decide } from '../requests/decide.ts';
import { ForGate, ids } from '../contract/values.ts';
import { listens } from './listener.ts';

export const approve = listens({
  id: ids.approve,
  value: ForGate,
  run: (value, ask, ports) => decide(ports, ask, value, { kind: 'approved' }),
});
