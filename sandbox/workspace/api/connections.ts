import { ApiError } from './errors.ts';
import type { Method, Methods } from './method.ts';

const open: Method = {
  scopes: [],
  token: 'app',
  tier: 50,
  run(_args, world) {
    const url = world.faults.socketsDown ? undefined : world.delivery.ticket?.();
    if (url === undefined) throw new ApiError('internal_error');
    return { url };
  },
};

export const connections: Methods = { 'apps.connections.open': open };
