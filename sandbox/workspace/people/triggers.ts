import { ApiError } from '../api/errors.ts';
import type { Clock } from '../clock.ts';
import { secret } from '../ids.ts';

const LIFETIME = 3000;

/** Leave to open one modal, for one user, within three seconds. */
export class Triggers {
  private readonly clock: Clock;
  private readonly issued = new Map<string, { user: string; at: number; used: boolean }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  issue(user: string): string {
    const id = `${this.clock.now()}.${secret(6)}.${secret()}`;
    this.issued.set(id, { user, at: this.clock.now(), used: false });
    return id;
  }

  redeem(id: string): string {
    const trigger = this.issued.get(id);
    if (!trigger) throw new ApiError('invalid_trigger_id');
    if (trigger.used) throw new ApiError('exchanged_trigger_id');
    if (this.clock.now() - trigger.at > LIFETIME) throw new ApiError('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }
}
