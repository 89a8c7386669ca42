import { lua } from "./lua.ts";

/**
 * ARGV: time, owner, the active run that the keys are of. "active" and an id: ask again with the keys of that
 * run.
 */
export const readConversationScript = lua(String.raw`
local conversationKey, order, messages, runKey, log, fold = unpack(KEYS)
local _, owner, active = unpack(ARGV)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= owner or conversation.deletedAt > 0 then return {} end
if conversation.active ~= active then return {'active', conversation.active} end
local ids = redis.call('LRANGE', order, 0, -1)
local texts = {}
for at, id in ipairs(ids) do texts[at] = redis.call('HGET', messages, id) or '' end
if active == '' then return {'found', conversation.flat, ids, texts} end
local run = loadRun(runKey)
if not run then error('RIVULET-DAMAGED run') end
local seq = redis.call('HGET', fold, 'seq') or '0'
return {'found', conversation.flat, ids, texts, described(runKey, conversationKey, run.flat), seq,
  redis.call('HGET', fold, 'json') or '', entries(log, tonumber(seq), run.head)}
`);

/** ARGV: time, the cursor's time ("" for the newest) and id, limit. Ids, newest first. */
export const listScript = lua(String.raw`
local _, updatedAt, after, limit = unpack(ARGV)
if updatedAt == '' then return redis.call('ZREVRANGE', KEYS[1], 0, tonumber(limit) - 1) end
local found = {}
for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', KEYS[1], updatedAt, updatedAt)) do
  if id < after and #found < tonumber(limit) then found[#found + 1] = id end
end
for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', KEYS[1], '(' .. updatedAt, '-inf', 'LIMIT', '0', limit)) do
  if #found < tonumber(limit) then found[#found + 1] = id end
end
return found
`);

/**
 * ARGV: time, owner. Those of KEYS that are this owner's and not deleted; one that cannot be read hides none
 * of the others.
 */
export const readConversationsScript = lua(String.raw`
local found = {}
for _, key in ipairs(KEYS) do
  local isRead, conversation = pcall(loadConversation, key)
  if isRead and conversation and conversation.owner == ARGV[2] and conversation.deletedAt == 0 then
    found[#found + 1] = conversation.flat
  end
end
return found
`);

/** ARGV: time, owner, title. The conversation, or nothing. */
export const renameScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] or conversation.deletedAt > 0 then return {} end
redis.call('HSET', KEYS[1], 'title', ARGV[3], 'byHand', '1')
return redis.call('HGETALL', KEYS[1])
`);

/**
 * ARGV: time, owner, the active run that the keys are of, conversation, the stop as JSON, live member,
 * channel.
 */
export const removeScript = lua(String.raw`
local conversationKey, index, deleted, live, runKey = unpack(KEYS)
local _, owner, active, id, stop, member, channel = unpack(ARGV)
local at = clock()
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= owner then return {} end
if conversation.active ~= active then return {'active', conversation.active} end
local run = active ~= '' and loadRun(runKey)
if conversation.deletedAt == 0 then
  redis.call('HSET', conversationKey, 'deletedAt', text(at))
  redis.call('ZADD', deleted, text(at), id)
  redis.call('ZREM', index, id)
end
if run and not isOver(run) then
  if run.stop == '' then
    redis.call('HSET', runKey, 'status', 'stopping', 'stop', stop, 'stopAt', text(at))
    redis.call('ZADD', live, text(run.leaseUntil), member)
  end
  -- Rings each time, as a stop does: the first bell may have been lost.
  redis.call('PUBLISH', channel, 'stop')
end
return {'removed'}
`);

/** ARGV: time, owner, conversation, undo ms. "restored", or nothing. */
export const restoreScript = lua(String.raw`
local conversationKey, index, deleted = unpack(KEYS)
local _, owner, id, undo = unpack(ARGV)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= owner then return {} end
if conversation.deletedAt == 0 then return {'restored'} end
if conversation.deletedAt <= clock() - tonumber(undo) then return {} end
redis.call('HSET', conversationKey, 'deletedAt', '0')
redis.call('ZADD', index, text(conversation.updatedAt), id)
redis.call('ZREM', deleted, id)
return {'restored'}
`);

/** ARGV: time, the undo time in ms, limit. The ids of conversations that have been deleted for longer. */
export const purgeableScript = lua(String.raw`
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(clock() - tonumber(ARGV[2])), 'LIMIT', '0', ARGV[3])
`);

/** Whose a conversation is, and its runs. */
export const runsOfScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
return {conversation and conversation.owner or '', redis.call('SMEMBERS', KEYS[2])}
`);

/**
 * KEYS: 6 of the conversation, 2 indexes, then 4 of each run; ARGV: time, undo ms, conversation, then the
 * live members. 1: purged.
 */
export const purgeScript = lua(String.raw`
local conversationKey, order, messages, runs, deleted, index, live = unpack(KEYS, 1, 7)
local conversation = loadConversation(conversationKey)
-- It was there a moment ago: purged by this very call, whose answer was lost, or by another process.
if not conversation then
  redis.call('ZREM', deleted, ARGV[3])
  return 1
end
if conversation.deletedAt == 0 or conversation.deletedAt > clock() - tonumber(ARGV[2]) then return 0 end
if redis.call('SCARD', runs) ~= (#KEYS - 7) / 4 then return 0 end
for at = 8, #KEYS, 4 do
  local run = loadRun(KEYS[at])
  if run and not isOver(run) then return 0 end
end
for at = 8, #KEYS do redis.call('DEL', KEYS[at]) end
for at = 4, #ARGV do redis.call('ZREM', live, ARGV[at]) end
redis.call('ZREM', deleted, ARGV[3])
redis.call('ZREM', index, ARGV[3])
redis.call('DEL', conversationKey, order, messages, runs)
return 1
`);
