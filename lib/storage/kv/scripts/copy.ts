import { lua } from "./lua.ts";
import { indexConversation } from "./rebuild.ts";

/** What an unfinished copy has left expires after a day, s. */
const leftoversExpireAfter = 86_400;

/**
 * What an interrupted copy of the conversation has left.
 *
 * KEYS  1 copy · 2 its runs
 * Returns  the token of that copy, run ids
 */
export const readLeftoversScript = lua(
  "return {redis.call('GET', KEYS[1]) or '', redis.call('SMEMBERS', KEYS[2])}",
);

/**
 * Begins a copy, unless the conversation exists.
 *
 * KEYS  1 conversation · 2 copy · 3… all that an earlier copy has left
 * ARGV  1 time · 2 the copy's token
 * Returns  "begun" · "exists"
 */
export const beginCopyScript = lua(String.raw`
if redis.call('EXISTS', KEYS[1]) == 1 then return {'exists'} end
-- The same call again, because its reply was lost.
if redis.call('GET', KEYS[2]) == ARGV[2] then return {'begun'} end
for index = 3, #KEYS do redis.call('DEL', KEYS[index]) end
redis.call('SET', KEYS[2], ARGV[2], 'EX', '${leftoversExpireAfter}')
return {'begun'}
`);

/** Every script of a copy: KEYS[1] is the copy, ARGV[2] its token. Another copy may have taken its place. */
const checkToken = String.raw`
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return {'lost'} end
`;
/** A text, or one that was sent in pieces before: `pieces:<call> <how many>`. JSON begins otherwise. */
const wholeText = String.raw`
local function wholeText(pieces, text)
  local call, count = string.match(text, '^pieces:(%S+) (%d+)$')
  if not call then return text end
  local found = {}
  for nth = 1, tonumber(count) do
    found[nth] = redis.call('HGET', pieces, call .. ' ' .. nth) or error('RIVULET-PIECES')
  end
  return table.concat(found)
end
`;
const expireLater = String.raw`
local function expireLater(key) redis.call('EXPIRE', key, '${leftoversExpireAfter}') end
`;

/**
 * Adds messages to a copy.
 *
 * KEYS  1 copy · 2 order · 3 messages · 4 pieces
 * ARGV  1 time · 2 token · 3 how many were added before ·
 *       4… message ids and messages (or their pieces) in turn
 * Returns  "ok" · "lost"
 */
export const copyMessagesScript = lua(String.raw`${checkToken}${expireLater}${wholeText}
if redis.call('LLEN', KEYS[2]) == tonumber(ARGV[3]) then
  for index = 4, #ARGV, 2 do
    local message = wholeText(KEYS[4], ARGV[index + 1])
    redis.call('RPUSH', KEYS[2], ARGV[index])
    redis.call('HSET', KEYS[3], ARGV[index], message)
  end
  expireLater(KEYS[2])
  expireLater(KEYS[3])
end
return {'ok'}
`);

/**
 * Adds a run to a copy.
 *
 * KEYS  1 copy · 2 runs · 3 run · 4 fold · 5 pieces
 * ARGV  1 time · 2 token · 3 run id · 4 fold's seq · 5 its JSON (or its pieces), both "" for none ·
 *       6… fields of the run
 * Returns  "ok" · "lost"
 */
export const copyRunScript = lua(String.raw`${checkToken}${expireLater}${wholeText}
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[3], unpack(ARGV, 6))
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[4], 'seq', ARGV[4], 'json', wholeText(KEYS[5], ARGV[5]))
  expireLater(KEYS[4])
end
expireLater(KEYS[2])
expireLater(KEYS[3])
return {'ok'}
`);

/**
 * Adds entries to a log of a copy; leaves out those that are there.
 *
 * KEYS  1 copy · 2 log · 3 pieces
 * ARGV  1 time · 2 token · 3… seq, epoch and JSON (or its pieces) in turn
 * Returns  "ok" · "lost"
 */
export const copyEntriesScript = lua(String.raw`${checkToken}${expireLater}${wholeText}
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', '1')[1]
local head = last and tonumber(string.sub(last[1], 3)) or 0
for index = 3, #ARGV, 3 do
  if tonumber(ARGV[index]) > head then
    addEntry(KEYS[2], ARGV[index], ARGV[index + 1], wholeText(KEYS[3], ARGV[index + 2]))
  end
end
expireLater(KEYS[2])
return {'ok'}
`);

/**
 * Makes a complete copy the conversation.
 *
 * KEYS  1 copy · 2 order · 3 messages · 4 runs · 5 conversation · 6 order · 7 messages · 8 runs ·
 *       9 user's list · 10 deleted · 11 live runs · 12 runs with left messages ·
 *       13 waiting runs · 14 due queues · 15… of each run: record, pointer ·
 *       then of each run: copied record, copied log, copied fold, log, fold · the last: pieces
 * ARGV  1 time · 2 token · 3 how many messages · 4 run locator · 5 how many runs · 6… work items ·
 *       then fields of the conversation
 * Returns  "written" · "exists" · "elsewhere" if one of its runs belongs to another conversation ·
 *       "lost" if the copy is not complete
 */
export const endCopyScript = lua(String.raw`${checkToken}${indexConversation}
local conversationKey, list, deleted, liveRuns, left, waiting, queues = KEYS[5], unpack(KEYS, 9, 14)
local messages, locator, count = tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
if redis.call('EXISTS', conversationKey) == 1 then return {'exists'} end
if redis.call('LLEN', KEYS[2]) ~= messages or redis.call('HLEN', KEYS[3]) ~= messages then return {'lost'} end
if redis.call('SCARD', KEYS[4]) ~= count then return {'lost'} end
local lastPointer = 14 + 2 * count
for nth = 0, count - 1 do
  local known = redis.call('GET', KEYS[16 + 2 * nth])
  if known and known ~= locator then return {'elsewhere'} end
  local copied = lastPointer + 1 + 5 * nth
  local head = tonumber(redis.call('HGET', KEYS[copied], 'head'))
  if redis.call('XLEN', KEYS[copied + 1]) ~= head then return {'lost'} end
end
local function move(from, to)
  redis.call('DEL', to)
  if redis.call('EXISTS', from) == 0 then return end
  redis.call('RENAME', from, to)
  redis.call('PERSIST', to)
end
for index = 2, 4 do move(KEYS[index], KEYS[index + 4]) end
for nth = 0, count - 1 do
  local copied = lastPointer + 1 + 5 * nth
  move(KEYS[copied], KEYS[15 + 2 * nth])
  move(KEYS[copied + 1], KEYS[copied + 3])
  move(KEYS[copied + 2], KEYS[copied + 4])
end
redis.call('HSET', conversationKey, unpack(ARGV, 6 + count))
indexConversation(loadConversation(conversationKey), list, deleted, liveRuns, left, waiting, queues, locator,
  15, lastPointer, 6)
redis.call('DEL', KEYS[1], KEYS[#KEYS])
return {'written'}
`);
