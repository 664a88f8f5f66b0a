// Applies rate limits that all processes share: a token bucket, or a maximum per minute.
import { randomUUID } from 'node:crypto';
import type { Limiter, Rate, Turn } from '../deploy/ports/slack-ports.ts';
import type { Connection } from './connection/connect.ts';

/** Reads the time from the clock of Redis, because the clocks of machines differ. Ends the script during a pause. */
const NOW = `
local time = redis.call('TIME')
local now = tonumber(ARGV[1]) or time[1] * 1000 + math.floor(time[2] / 1000)
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end
`;

/** Takes a token from a bucket. Returns milliseconds to wait; 0: call now. */
const TAKE = `${NOW}
-- KEYS: bucket, pause   ARGV: time or '', tokens per millisecond, burst
local rate, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
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

/** Allows `most` calls in any 61 s: a call reaches Slack later than it is counted. Returns ms to wait; 0: call now. */
const TAKE_OF_A_MINUTE = `${NOW}
-- KEYS: calls, pause   ARGV: time or '', most, unique name of this call
local span, most = 61000, tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
local calls = redis.call('ZCARD', KEYS[1])
if calls >= most then
  local frees = redis.call('ZRANGE', KEYS[1], calls - most, calls - most, 'WITHSCORES')
  return math.max(1, frees[2] + span - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], span)
return 0
`;

/** Pauses all calls of a limit after HTTP 429. A second 429 with a shorter Retry-After does not shorten the pause. */
const PAUSE = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
`;

/** Creates the limiter. In tests, `now` replaces Redis's clock (Unix milliseconds). */
export function createLimiter(redis: Connection, now?: () => number): Limiter {
  const takeToken = (key: string, rate: Rate, reserved: number): Promise<unknown> => {
    const pause = `{argo}:pause:${key}`;
    const time = String(now?.() ?? '');
    if ('burst' in rate) {
      const perMs = String(rate.perMinute / 60_000);
      return redis.eval(TAKE, 2, `{argo}:limit:${key}`, pause, time, perMs, String(rate.burst));
    }
    const most = String(Math.max(1, rate.inAnyMinute - reserved));
    return redis.eval(TAKE_OF_A_MINUTE, 2, `{argo}:minute:${key}`, pause, time, most, randomUUID());
  };
  return {
    async take(key, rate, reserved = 0): Promise<Turn> {
      const ms = Number(await takeToken(key, rate, reserved));
      return ms > 0 ? { kind: 'wait', ms } : { kind: 'go' };
    },
    async pause(key, ms) {
      if (ms > 0) await redis.eval(PAUSE, 1, `{argo}:pause:${key}`, String(Math.ceil(ms)));
    },
  };
}
