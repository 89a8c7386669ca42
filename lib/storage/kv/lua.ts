/**
 * What every script begins with. Ids and texts come as KEYS and ARGV only. `ARGV[1]` is the time: empty for
 * the server's own, which is what production says. A damaged or newer record ends the script before it writes
 * anything.
 */
const prelude = String.raw`
local function clock()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
local function load(key, what, numbers)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return nil end
  local record = {}
  for at = 1, #flat, 2 do record[flat[at]] = flat[at + 1] end
  local version = tonumber(record.v)
  if version and version > 1 then error('RIVULET-NEWER ' .. record.v .. ' ' .. what) end
  if version ~= 1 then error('RIVULET-DAMAGED ' .. what) end
  for _, name in ipairs(numbers) do
    local number = tonumber(record[name])
    if not number then error('RIVULET-DAMAGED ' .. what) end
    record[name] = number
  end
  record.flat = flat
  return record
end
local function loadRun(key)
  return load(key, 'run', {'epoch', 'head', 'createdAt', 'leaseUntil', 'stopAt', 'continuations'})
end
local function loadConversation(key)
  return load(key, 'conversation', {'createdAt', 'updatedAt', 'deletedAt'})
end
local overs = {finished = true, failed = true, stopped = true, interrupted = true}
local function isOver(run) return overs[run.status] == true end
local function isHeld(run, epoch, token)
  return run and token ~= '' and run.token == token and text(run.epoch) == epoch
end
local function answer(kind, run, head)
  if not run then return {kind, '0', '', '0'} end
  return {kind, text(head or run.head), run.stop, text(run.stopAt)}
end
-- As it is now; or as it was read, where the script has changed nothing.
local function described(run, conversationKey, flat)
  flat = flat or redis.call('HGETALL', run)
  flat[#flat + 1] = 'deletedAt'
  flat[#flat + 1] = redis.call('HGET', conversationKey, 'deletedAt') or '0'
  return flat
end
local function entries(log, after, limit)
  local found = {}
  if limit < 1 then return found end
  for _, entry in ipairs(redis.call('XRANGE', log, '0-' .. text(after + 1), '+', 'COUNT', text(limit))) do
    found[#found + 1] = entry[1]
    found[#found + 1] = entry[2][2] or ''
    found[#found + 1] = entry[2][4] or ''
  end
  return found
end
-- The list of live runs is as fine as it needs to be: an entry lies up to this much before the end of its lease.
local listedMs = 4000
local function relist(live, member, run, untilAt)
  if math.floor(run.leaseUntil / listedMs) ~= math.floor(tonumber(untilAt) / listedMs) then
    redis.call('ZADD', live, untilAt, member)
  end
end
-- Where the events from ARGV[first] on (seq, json, seq, json …) stand to the log: protocol 5.1, in its order.
local function judge(run, first)
  local fresh = {}
  for at = first, #ARGV, 2 do
    if tonumber(ARGV[at]) > run.head then fresh[#fresh + 1] = at end
  end
  if #fresh == 0 then return 'dup', fresh end
  if isOver(run) then return 'closed', fresh end
  for place, at in ipairs(fresh) do
    if tonumber(ARGV[at]) ~= run.head + place then return 'gap', fresh end
  end
  return 'ok', fresh
end
local function store(log, epoch, fresh)
  for _, at in ipairs(fresh) do redis.call('XADD', log, '0-' .. ARGV[at], 'e', epoch, 'j', ARGV[at + 1]) end
end
`;

/** A script of this store: `body` behind what all begin with. */
export const lua = (body: string): string => prelude + body;
