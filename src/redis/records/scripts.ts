// Holds the Lua scripts that change records in Redis, each as one atomic step.
import { key } from './keys.ts';

/** How many finished deployments each environment's history keeps. The bot reads at most a fifth of them. */
const KEEP_DEPLOYMENTS = 1_000;

/** All keys have the hash tag `{argo}`, so that a cluster keeps them on one node. */
export const CREATE = `
-- KEYS: claim, lock, journal, active, unpainted, queue, decisions to audit
-- ARGV: id, claim JSON, event JSON, acquires the claim (1|0), obeys lock and queue (1|0), when busy, queued JSON,
-- queue entry JSON, decision if it is created, decision if it waits
-- The client repeats a call whose answer was lost: the first call may already have created the record.
if redis.call('EXISTS', KEYS[3]) == 1 then
  local second = redis.call('LINDEX', KEYS[3], 1)
  return {second and cjson.decode(second).type == 'queued' and 'waiting' or 'created'}
end
if ARGV[5] == '1' then
  local lock = redis.call('GET', KEYS[2])
  if lock then return {'locked', lock} end
end
if ARGV[4] == '1' then
  local claim = redis.call('GET', KEYS[1])
  local waiting = redis.call('LRANGE', KEYS[6], 0, -1)
  -- Only a rollback, which does not obey lock and queue, goes before the queue.
  if claim or (ARGV[5] == '1' and #waiting > 0) then
    if ARGV[6] == 'refuse' then return {'busy', claim or ''} end
    local wants = cjson.decode(ARGV[8]).wants
    for _, entry in ipairs(waiting) do
      if ARGV[6] == 'wait' and cjson.decode(entry).wants == wants then return {'same', entry} end
    end
    redis.call(ARGV[5] == '1' and 'RPUSH' or 'LPUSH', KEYS[6], ARGV[8])
    redis.call('RPUSH', KEYS[3], ARGV[3], ARGV[7])
    redis.call('SADD', KEYS[4], ARGV[1])
    redis.call('SADD', KEYS[5], ARGV[1])
    redis.call('RPUSH', KEYS[7], ARGV[10])
    return {'waiting'}
  end
  redis.call('SET', KEYS[1], ARGV[2])
end
redis.call('RPUSH', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('SADD', KEYS[5], ARGV[1])
redis.call('RPUSH', KEYS[7], ARGV[9])
return {'created'}
`;

export const APPEND = `
-- KEYS: journal, epoch of this deployment, claim, active, history, unpainted, queue, decisions to audit
-- ARGV: id, expected version, epoch or '', finished (1|0), history score, history entry or '', channel, number of
-- events, event JSON…, decision JSON…
local epoch = redis.call('GET', KEYS[2]) or '0'
if ARGV[3] ~= '' and tonumber(ARGV[3]) < tonumber(epoch) then return {'fenced', epoch} end
local version = tonumber(ARGV[2])
local last = 8 + tonumber(ARGV[8])
if redis.call('LLEN', KEYS[1]) ~= version then
  -- The client repeats a call whose answer was lost: the first call may already have appended these events.
  for i = 9, last do
    if redis.call('LINDEX', KEYS[1], version + i - 9) ~= ARGV[i] then return {'conflict'} end
  end
  return {'written'}
end
for i = 9, last do redis.call('RPUSH', KEYS[1], ARGV[i]) end
for i = last + 1, #ARGV do redis.call('RPUSH', KEYS[8], ARGV[i]) end
redis.call('SADD', KEYS[6], ARGV[1])
if ARGV[4] == '1' then
  redis.call('SREM', KEYS[4], ARGV[1])
  local claim = redis.call('GET', KEYS[3])
  if claim and cjson.decode(claim).deployment == ARGV[1] then redis.call('DEL', KEYS[3]) end
  for _, entry in ipairs(redis.call('LRANGE', KEYS[7], 0, -1)) do
    if cjson.decode(entry).deployment == ARGV[1] then redis.call('LREM', KEYS[7], 1, entry) end
  end
  redis.call('ZADD', KEYS[5], ARGV[5], ARGV[6])
  -- Delete records together with their history entries, so that Redis does not fill up.
  for _, entry in ipairs(redis.call('ZRANGE', KEYS[5], 0, -${KEEP_DEPLOYMENTS + 1})) do
    local id = cjson.decode(entry).id
    redis.call('DEL', '${key('journal', '')}' .. id, '${key('epoch', '')}' .. id)
  end
  redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -${KEEP_DEPLOYMENTS + 1})
end
redis.call('PUBLISH', ARGV[7], ARGV[1])
return {'written'}
`;

export const DEQUEUE = `
-- KEYS: claim, lock, queue, active   ARGV: id, claim JSON, entry JSON
-- Give no claim to a finished deployment, because it would never release the claim.
if redis.call('SISMEMBER', KEYS[4], ARGV[1]) == 0 then return {'over', '', ''} end
local claim = redis.call('GET', KEYS[1])
if claim and cjson.decode(claim).deployment == ARGV[1] then return {'turn', '', ''} end
local place = 0
local waiting = redis.call('LRANGE', KEYS[3], 0, -1)
for at, entry in ipairs(waiting) do
  if cjson.decode(entry).deployment == ARGV[1] then place = at end
end
if place == 0 then place = redis.call('RPUSH', KEYS[3], ARGV[3]) end
if claim then return {'behind', tostring(place), claim} end
local lock = redis.call('GET', KEYS[2])
if lock and cjson.decode(ARGV[3]).mindsLock then return {'locked', tostring(place), lock} end
if place > 1 then return {'behind', tostring(place), ''} end
redis.call('LPOP', KEYS[3])
redis.call('SET', KEYS[1], ARGV[2])
return {'turn', '', ''}
`;

export const TAKE_EPOCH = `
-- KEYS: epoch of the environment, epoch of this deployment   ARGV: the new epoch must be higher than this
local epoch = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1])) + 1
redis.call('SET', KEYS[1], epoch)
redis.call('SET', KEYS[2], epoch)
return epoch
`;

export const LOCK = `
-- KEYS: lock, decisions to audit   ARGV: lock JSON, decision, only if unlocked (1|0), end in Unix milliseconds or ''
local there = redis.call('GET', KEYS[1])
-- The client repeats a call whose answer was lost: the first call may already have set this lock.
if there == ARGV[1] then return 1 end
if there and ARGV[3] == '1' then return 0 end
if ARGV[4] == '' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[4])
end
redis.call('RPUSH', KEYS[2], ARGV[2])
return 1
`;

export const UNLOCK = `
-- KEYS: lock, decisions to audit   ARGV: the lock as it was read, decision
-- Do nothing if a rollback has replaced the lock since the caller read it.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[2])
return redis.call('DEL', KEYS[1])
`;

export const SEAL = `
-- KEYS: decisions to audit, audit chain   ARGV: length of the chain, text in its last entry, entry JSON…
-- Do nothing if another process has changed the chain since the caller read it.
if redis.call('LLEN', KEYS[2]) ~= tonumber(ARGV[1]) then return 0 end
local last = redis.call('LINDEX', KEYS[2], -1)
if last and not string.find(last, ARGV[2], 1, true) then return 0 end
for i = 3, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[i])
  redis.call('LPOP', KEYS[1])
end
return 1
`;

export const SET_ASIDE = `
-- KEYS: journal, journal set aside, active, unpainted, claim, queue, lock, decisions to audit
-- ARGV: id, lock JSON, decision, decision if the environment is locked
-- A deployment with the claim may have moved traffic, so lock its environment in the same step.
local held = 0
local there = redis.call('EXISTS', KEYS[1])
if there == 1 then redis.call('RENAME', KEYS[1], KEYS[2]) end
there = there + redis.call('SREM', KEYS[3], ARGV[1])
redis.call('SREM', KEYS[4], ARGV[1])
local claim = redis.call('GET', KEYS[5])
if claim and cjson.decode(claim).deployment == ARGV[1] then
  redis.call('DEL', KEYS[5])
  redis.call('SET', KEYS[7], ARGV[2])
  held = 1
end
for _, entry in ipairs(redis.call('LRANGE', KEYS[6], 0, -1)) do
  if cjson.decode(entry).deployment == ARGV[1] then redis.call('LREM', KEYS[6], 1, entry) end
end
if there + held > 0 then redis.call('RPUSH', KEYS[8], ARGV[3 + held]) end
return held
`;

export const MARK_PAINTED = `
-- KEYS: journal, unpainted   ARGV: id, painted version
-- If the journal is longer than the painted version, its Slack thread is outdated and stays in the set unpainted.
if redis.call('LLEN', KEYS[1]) <= tonumber(ARGV[2]) then redis.call('SREM', KEYS[2], ARGV[1]) end
return 0
`;

export const REQUEST_INSPECTION = `
-- KEYS: inspection, decisions to audit   ARGV: request JSON, seconds to keep it, decision
-- The client repeats a call whose answer was lost: the first call may already have stored this request.
if redis.call('HSETNX', KEYS[1], 'request', ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[3])
return 1
`;

export const START_INSPECTION = `
-- KEYS: inspection, decisions to audit
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'starts', 1) end
return redis.call('HMGET', KEYS[1], 'request', 'result', 'starts')
`;

export const FINISH_INSPECTION = `
-- KEYS: inspection, decisions to audit   ARGV: result JSON, seconds to keep it
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'result', ARGV[1])
return redis.call('EXPIRE', KEYS[1], ARGV[2])
`;
