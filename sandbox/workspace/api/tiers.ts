import type { Clock } from '../clock.ts';

const MINUTE = 60_000;
/** Posts a channel takes at once before it holds the sender to one a second. */
const BURST = 3;

/** How long a caller must wait, in whole seconds; 0 means go on. */
export class Tiers {
  private readonly clock: Clock;
  private readonly calls = new Map<string, number[]>();
  private readonly tokens = new Map<string, { left: number; at: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** At most `limit` calls of a method in any 60 s. */
  perMinute(method: string, limit: number): number {
    const now = this.clock.now();
    const recent = (this.calls.get(method) ?? []).filter((at) => at > now - MINUTE);
    this.calls.set(method, recent);
    const oldest = recent[0];
    if (oldest !== undefined && recent.length >= limit)
      return Math.max(1, Math.ceil((oldest + MINUTE - now) / 1000));
    recent.push(now);
    return 0;
  }

  /** One a second to a channel, after a small burst. */
  perChannel(channel: string): number {
    const now = this.clock.now();
    const bucket = this.tokens.get(channel) ?? { left: BURST, at: now };
    const left = Math.min(BURST, bucket.left + (now - bucket.at) / 1000);
    if (left < 1) {
      this.tokens.set(channel, { left, at: now });
      return 1;
    }
    this.tokens.set(channel, { left: left - 1, at: now });
    return 0;
  }
}
