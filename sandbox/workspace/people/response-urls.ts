import type { Clock } from '../clock.ts';
import { secret } from '../ids.ts';

const LIFETIME = 30 * 60_000;
const USES = 5;

/** Where an answer through a response_url belongs. */
export interface Origin {
  channel: string;
  user: string;
  /** The message that was clicked, for replace_original and delete_original. */
  messageTs?: string;
}

/** Addresses good for five answers within half an hour. */
export class ResponseUrls {
  private readonly clock: Clock;
  private readonly issued = new Map<string, { origin: Origin; at: number; uses: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  issue(url: string, origin: Origin): string {
    const id = secret();
    this.issued.set(id, { origin, at: this.clock.now(), uses: 0 });
    return `${url}/response/${id}`;
  }

  use(id: string): Origin | 'expired_url' | 'used_url' {
    const entry = this.issued.get(id);
    if (!entry || this.clock.now() - entry.at > LIFETIME) return 'expired_url';
    if (entry.uses >= USES) return 'used_url';
    entry.uses += 1;
    return entry.origin;
  }
}
