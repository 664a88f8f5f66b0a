/**
 * The Lua behind the records. Every key carries the hash tag `{argo}`, so a cluster keeps them together.
 * Redis runs each script as one step: nobody sees, or acts on, half of it.
 */
export const CREATE = `
-- KEYS: claim, lock, journal, active, unpainted
-- ARGV: id, claim JSON, event JSON, takes claim (1|0), minds the lock (1|0)
-- Asked twice when the first answer was lost on the way: the second time it is there already.
if redis.call('EXISTS', KEYS[3]) == 1 then return {'created'} end
if ARGV[5] == '1' then
  local lock = redis.call('GET', KEYS[2])
  if lock then return {'locked', lock} end
end
if ARGV[4] == '1' then
  local claim = redis.call('GET', KEYS[1])
  if claim then return {'busy', claim} end
  redis.call('SET', KEYS[1], ARGV[2])
end
redis.call('RPUSH', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('SADD', KEYS[5], ARGV[1])
return {'created'}
`;

export const APPEND = `
-- KEYS: journal, epoch of this deployment, claim, active, history, unpainted
-- ARGV: id, expected version, epoch or '', finished (1|0), history score, history entry or '', channel, event JSON…
local epoch = redis.call('GET', KEYS[2]) or '0'
if ARGV[3] ~= '' and tonumber(ARGV[3]) < tonumber(epoch) then return {'fenced', epoch} end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return {'conflict'} end
for i = 8, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('SADD', KEYS[6], ARGV[1])
if ARGV[4] == '1' then
  redis.call('SREM', KEYS[4], ARGV[1])
  local claim = redis.call('GET', KEYS[3])
  if claim and cjson.decode(claim).deployment == ARGV[1] then redis.call('DEL', KEYS[3]) end
  if ARGV[6] ~= '' then
    redis.call('ZADD', KEYS[5], ARGV[5], ARGV[6])
    redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -1001)
  end
end
redis.call('PUBLISH', ARGV[7], ARGV[1])
return {'written'}
`;

export const TAKE_EPOCH = `
-- KEYS: epoch of the place, epoch of this deployment   ARGV: at least this
local epoch = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1])) + 1
redis.call('SET', KEYS[1], epoch)
redis.call('SET', KEYS[2], epoch)
return epoch
`;

export const SETTLE_PAINT = `
-- KEYS: journal, unpainted   ARGV: id, painted version
-- Only while nothing was written since, or the last state would never be painted.
if redis.call('LLEN', KEYS[1]) <= tonumber(ARGV[2]) then redis.call('SREM', KEYS[2], ARGV[1]) end
return 0
`;
