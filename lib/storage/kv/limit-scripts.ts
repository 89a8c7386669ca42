import { lua } from "./lua.ts";

/**
 * KEYS: the run's pointer, what was spent, the user's live runs, then one of starts a bound; ARGV: time, the
 * start, its run's member, what the keys of runs begin with, most live runs, most tokens ("" for no bound),
 * window, time for a run to appear, a day, how long the same start is one, then a bound's most each. Says
 * when it was counted, or which bound forbids it and for how long. The live runs are looked at only when they
 * seem to be too many; their set goes away a week after the last start.
 */
export const admitScript = lua(String.raw`
local pointer, spent, live = unpack(KEYS, 1, 3)
local _, start, member, tag, mostLive, mostTokens = unpack(ARGV, 1, 6)
local window, pending, day, same = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local at = clock()
local today = math.floor(at / day)
local bounds = #KEYS - 3
local place = redis.call('GET', pointer)
if place then
  local conversation = tag .. '{' .. string.match(place, '^%S+') .. '}'
  local run = conversation .. ':run:' .. string.match(member, '%S+$')
  local known = loadRun(run)
  if known then return {'known', described(run, conversation, known.flat)} end
end
for place = 1, bounds do
  redis.call('ZREMRANGEBYSCORE', KEYS[place + 3], '-inf', text(at - window))
  for _, counted in ipairs(redis.call('ZRANGEBYSCORE', KEYS[place + 3], '(' .. text(at - same), '+inf')) do
    if string.sub(counted, 1, #start + 1) == start .. ' ' then
      return {'admitted', string.sub(counted, #start + 2)}
    end
  end
end
local pendingSince = tonumber(redis.call('ZSCORE', live, member) or '')
if mostLive ~= '' and pendingSince and pendingSince > at - same then return {'admitted', text(pendingSince)} end
if mostTokens ~= '' and tonumber(redis.call('HGET', spent, text(today)) or '0') >= tonumber(mostTokens) then
  return {'tokens', text((today + 1) * day - at)}
end
for place = 1, bounds do
  local key = KEYS[place + 3]
  if redis.call('ZCARD', key) >= tonumber(ARGV[place + 10]) then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    return {'starts', text((tonumber(oldest[2] or '') or at) + window - at)}
  end
end
if mostLive ~= '' then
  if redis.call('ZCARD', live) >= tonumber(mostLive) then
    local all = redis.call('ZRANGE', live, 0, -1, 'WITHSCORES')
    for place = 1, #all, 2 do
      local conversation, id = string.match(all[place], '^(%S+) (%S+)$')
      local status = id and redis.call('HGET', tag .. '{' .. conversation .. '}:run:' .. id, 'status')
      local isPending = not status and tonumber(all[place + 1]) > at - pending
      if overs[status] or not (status or isPending) then redis.call('ZREM', live, all[place]) end
    end
    if redis.call('ZCARD', live) >= tonumber(mostLive) then return {'live'} end
  end
  redis.call('ZADD', live, text(at), member)
  redis.call('PEXPIRE', live, text(7 * day))
end
for place = 1, bounds do
  redis.call('ZADD', KEYS[place + 3], text(at), start .. ' ' .. text(at))
  redis.call('PEXPIRE', KEYS[place + 3], text(window))
end
return {'admitted', text(at)}
`);

/**
 * KEYS: the run's pointer, the owner's live runs, then the starts; ARGV: time, the start as it was counted,
 * its run's member.
 */
export const withdrawScript = lua(String.raw`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[3])
for place = 3, #KEYS do redis.call('ZREM', KEYS[place], ARGV[2]) end
return 1
`);

/** KEYS: what was spent a day, by which runs; ARGV: time, spender, tokens, a day. */
export const spendScript = lua(String.raw`
local today = math.floor(clock() / tonumber(ARGV[4]))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(today - 1))
if redis.call('ZADD', KEYS[2], 'NX', text(today), ARGV[2]) == 1 then
  for _, day in ipairs(redis.call('HKEYS', KEYS[1])) do
    if tonumber(day) < today then redis.call('HDEL', KEYS[1], day) end
  end
  redis.call('HINCRBY', KEYS[1], text(today), ARGV[3])
end
return 1
`);
