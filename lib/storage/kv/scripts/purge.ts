import { lua } from "./lua.ts";

/**
 * KEYS  1 deleted
 * ARGV  1 time · 2 undo time in ms · 3 limit
 * Returns  ids of conversations whose undo time is over
 */
export const listPurgeableScript = lua(String.raw`
local latest = integer(storeTime() - tonumber(ARGV[2]))
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', latest, 'LIMIT', '0', ARGV[3])
`);

/**
 * Purges a conversation if its undo time is over, its runs have ended, and the keys are those of all its
 * runs.
 *
 * KEYS  1 conversation · 2 order · 3 messages · 4 runs · 5 deleted · 6 user's list · 7 live runs ·
 *       8… of each run: record, log, fold, pointer
 * ARGV  1 time · 2 undo time in ms · 3 conversation id · 4… work items
 * Returns  1 if it is purged, else 0
 */
export const purgeScript = lua(String.raw`
local conversationKey, order, messages, runs, deleted, list, liveRuns = unpack(KEYS, 1, 7)
local conversation = loadConversation(conversationKey)
-- It was there a moment ago: purged by this very call, whose reply was lost, or by another process.
if not conversation then
  redis.call('ZREM', deleted, ARGV[3])
  return 1
end
if conversation.deletedAt == 0 or conversation.deletedAt > storeTime() - tonumber(ARGV[2]) then return 0 end
if redis.call('SCARD', runs) ~= (#KEYS - 7) / 4 then return 0 end
for index = 8, #KEYS, 4 do
  local run = loadRun(KEYS[index])
  if run and not isEnded(run) then return 0 end
end
for index = 8, #KEYS do redis.call('DEL', KEYS[index]) end
for index = 4, #ARGV do redis.call('ZREM', liveRuns, ARGV[index]) end
redis.call('ZREM', deleted, ARGV[3])
redis.call('ZREM', list, ARGV[3])
redis.call('DEL', conversationKey, order, messages, runs)
return 1
`);
