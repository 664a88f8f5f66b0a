import type { Redis } from 'ioredis';
import type { Limiter, Turn } from '../deploy/announcements.ts';

/**
 * A token bucket on the server's clock, so that processes with clocks of their own share it.
 * KEYS: bucket, pause   ARGV: tokens a millisecond, burst → milliseconds to wait, 0 for go
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = tonumber(bucket[1]) or burst
local at = tonumber(bucket[2]) or now
left = math.min(burst, left + math.max(0, now - at) * rate)
local wait = 0
if left >= 1 then left = left - 1 else wait = math.ceil((1 - left) / rate) end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate) + 60000)
return wait
`;

/** A longer pause stays: a second 429 with a shorter Retry-After does not shorten the first. */
const PAUSE = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
`;

export function createLimiter(redis: Redis): Limiter {
  return {
    async take(key, perMinute, burst): Promise<Turn> {
      const rate = perMinute / 60_000;
      const keys = [`{argo}:limit:${key}`, `{argo}:pause:${key}`] as const;
      const ms = Number(await redis.eval(TAKE, 2, ...keys, String(rate), String(burst)));
      return ms > 0 ? { kind: 'wait', ms } : { kind: 'go' };
    },
    async pause(key, ms) {
      if (ms > 0) await redis.eval(PAUSE, 1, `{argo}:pause:${key}`, String(Math.ceil(ms)));
    },
  };
}
