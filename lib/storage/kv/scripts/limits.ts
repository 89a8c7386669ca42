import { lua } from "./lua.ts";

/**
 * `LimitStore.admit`. A run that exists is no start. The user's live runs are read only when there seem to
 * be too many; their set expires a week after the last start.
 *
 * KEYS  1 the run's pointer · 2 tokens spent by day · 3 user's live runs ·
 *       4… one counter for each limit of starts
 * ARGV  1 time · 2 the start (core/start-key.ts) · 3 its work item ·
 *       4 what precedes the tag in keys of runs · 5 max live runs · 6 max tokens, both "" for no limit ·
 *       7 window in ms · 8 ms for a run to appear · 9 a day in ms ·
 *       10 ms during which the same start counts once · 11… max starts for each counter
 * Returns  "known" and the run · "admitted" and when it was counted ·
 *       "tokens" or "starts" and after how many ms to retry · "live"
 */
export const admitScript = lua(String.raw`
local pointer, spent, liveRuns = unpack(KEYS, 1, 3)
local _, start, workItem, beforeTag, maxLive, maxTokens = unpack(ARGV, 1, 6)
local windowMs, pendingMs = tonumber(ARGV[7]), tonumber(ARGV[8])
local dayMs, sameMs = tonumber(ARGV[9]), tonumber(ARGV[10])
local now = storeTime()
local today = math.floor(now / dayMs)
local counters = #KEYS - 3
local locator = redis.call('GET', pointer)
if locator then
  local conversationKey = beforeTag .. '{' .. decodePair(locator) .. '}'
  local _, escapedRunId = decodePair(workItem)
  local runKey = conversationKey .. ':run:' .. escapedRunId
  local run = loadRun(runKey)
  if run then return {'known', runWithDeletedAt(runKey, conversationKey, run.flat)} end
end
for index = 1, counters do
  local counter = KEYS[index + 3]
  redis.call('ZREMRANGEBYSCORE', counter, '-inf', integer(now - windowMs))
  -- From before the clock was set back: they would lock their visitor out.
  redis.call('ZREMRANGEBYSCORE', counter, '(' .. integer(now), '+inf')
  for _, counted in ipairs(redis.call('ZRANGEBYSCORE', counter, '(' .. integer(now - sameMs), '+inf')) do
    if string.sub(counted, 1, #start + 1) == start .. ' ' then
      return {'admitted', string.sub(counted, #start + 2)}
    end
  end
end
local pendingSince = tonumber(redis.call('ZSCORE', liveRuns, workItem) or '')
if maxLive ~= '' and pendingSince and pendingSince > now - sameMs then
  return {'admitted', integer(pendingSince)}
end
if maxTokens ~= '' and tonumber(redis.call('HGET', spent, integer(today)) or '0') >= tonumber(maxTokens) then
  return {'tokens', integer((today + 1) * dayMs - now)}
end
for index = 1, counters do
  local counter = KEYS[index + 3]
  if redis.call('ZCARD', counter) >= tonumber(ARGV[index + 10]) then
    local oldest = redis.call('ZRANGE', counter, 0, 0, 'WITHSCORES')
    return {'starts', integer((tonumber(oldest[2] or '') or now) + windowMs - now)}
  end
end
-- Drops what has ended. A run that waits for a person costs nothing; it stays, to be counted once it goes on.
local function countLive()
  local all, count = redis.call('ZRANGE', liveRuns, 0, -1, 'WITHSCORES'), 0
  for index = 1, #all, 2 do
    local conversation, run = decodePair(all[index])
    local status = run and redis.call('HGET', beforeTag .. '{' .. conversation .. '}:run:' .. run, 'status')
    local since = tonumber(all[index + 1])
    local isPending = not status and since > now - pendingMs and since <= now
    if endedStatuses[status] or not (status or isPending) then
      redis.call('ZREM', liveRuns, all[index])
    elseif status ~= 'waiting' then
      count = count + 1
    end
  end
  return count
end
if maxLive ~= '' then
  if redis.call('ZCARD', liveRuns) >= tonumber(maxLive) and countLive() >= tonumber(maxLive) then
    return {'live'}
  end
  redis.call('ZADD', liveRuns, integer(now), workItem)
  redis.call('PEXPIRE', liveRuns, integer(7 * dayMs))
end
for index = 1, counters do
  redis.call('ZADD', KEYS[index + 3], integer(now), start .. ' ' .. integer(now))
  redis.call('PEXPIRE', KEYS[index + 3], integer(windowMs))
end
return {'admitted', integer(now)}
`);

/**
 * `LimitStore.withdraw`.
 *
 * KEYS  1 the run's pointer · 2 user's live runs · 3… counters
 * ARGV  1 time · 2 the counted start (codec/start.ts) · 3 its work item
 * Returns  1 if it is withdrawn, 0 if the run exists
 */
export const withdrawScript = lua(String.raw`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[3])
for index = 3, #KEYS do redis.call('ZREM', KEYS[index], ARGV[2]) end
return 1
`);

/**
 * `LimitStore.spend`.
 *
 * KEYS  1 tokens spent by day · 2 spenders of the day
 * ARGV  1 time · 2 spender · 3 tokens · 4 a day in ms
 * Returns  1
 */
export const spendScript = lua(String.raw`
local today = math.floor(storeTime() / tonumber(ARGV[4]))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', integer(today - 1))
if redis.call('ZADD', KEYS[2], 'NX', integer(today), ARGV[2]) == 1 then
  for _, day in ipairs(redis.call('HKEYS', KEYS[1])) do
    if tonumber(day) < today then redis.call('HDEL', KEYS[1], day) end
  end
  -- HINCRBY would fail beyond 64 bits, and what stands beyond 53 is no number that a script could read.
  local spent = math.max(0, tonumber(redis.call('HGET', KEYS[1], integer(today)) or '0') or 0)
  redis.call('HSET', KEYS[1], integer(today), integer(math.min(spent + tonumber(ARGV[3]), 9007199254740991)))
end
return 1
`);
