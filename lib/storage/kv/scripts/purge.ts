import { lua } from "./lua.ts";

/**
 * KEYS  1 deleted
 * ARGV  1 time · 2 limit
 * Returns  the store's time · ids of deleted conversations, the oldest first, each with when it was deleted
 */
export const listDeletionsScript = lua(String.raw`
return {integer(storeTime()), redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')}
`);

/**
 * KEYS  1 conversation
 * ARGV  1 time · 2 user id
 * Returns  the store's time · when it was deleted · nothing if it is not, or not this user's
 */
export const readDeletionScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] or conversation.deletedAt == 0 then return {} end
return {integer(storeTime()), integer(conversation.deletedAt)}
`);

/**
 * Dates a deletion anew (core/undo-clock.ts), unless it was undone or dated anew meanwhile.
 *
 * KEYS  1 conversation · 2 deleted
 * ARGV  1 time · 2 conversation id · 3 when it was deleted, as it is stored · 4 the same, as it is to be
 * Returns  1
 */
export const dateDeletionScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
if conversation and integer(conversation.deletedAt) == ARGV[3] then
  redis.call('HSET', KEYS[1], 'deletedAt', ARGV[4])
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
end
return 1
`);

/**
 * Purges a conversation if its undo time is over, its runs have ended, and the keys are those of all its
 * runs.
 *
 * KEYS  1 conversation · 2 order · 3 messages · 4 runs · 5 deleted · 6 user's list · 7 live runs ·
 *       8 due queues · 9… of each run: record, log, fold, pointer
 * ARGV  1 time · 2 undo time in ms · 3 conversation id · 4… work items
 * Returns  1 if it is purged, else 0
 */
export const purgeScript = lua(String.raw`
local conversationKey, order, messages, runs, deleted, list, liveRuns, dueQueues = unpack(KEYS, 1, 8)
local conversation = loadConversation(conversationKey)
-- It was there a moment ago: purged by this very call, whose reply was lost, or by another process.
if not conversation then
  redis.call('ZREM', deleted, ARGV[3])
  return 1
end
if conversation.deletedAt == 0 or conversation.deletedAt > storeTime() - tonumber(ARGV[2]) then return 0 end
if redis.call('SCARD', runs) ~= (#KEYS - 8) / 4 then return 0 end
for index = 9, #KEYS, 4 do
  local run = loadRun(KEYS[index])
  if run and not isEnded(run) then return 0 end
end
for index = 9, #KEYS do redis.call('DEL', KEYS[index]) end
for index = 4, #ARGV do redis.call('ZREM', liveRuns, ARGV[index]) end
redis.call('ZREM', deleted, ARGV[3])
redis.call('ZREM', list, ARGV[3])
redis.call('ZREM', dueQueues, ARGV[3])
redis.call('DEL', conversationKey, order, messages, runs)
return 1
`);
