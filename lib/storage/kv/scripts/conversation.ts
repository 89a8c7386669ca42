import { lua } from "./lua.ts";

/**
 * `ConversationStore.get`.
 *
 * KEYS  1 conversation · 2 order · 3 messages · 4 run · 5 log · 6 fold, the last three of the run of ARGV[3]
 * ARGV  1 time · 2 user id · 3 id of the active run, or ""
 * Returns  "found", the conversation, message ids, messages, and of an active run: the run, the fold's seq,
 *       its JSON or "", the entries after it · "active" and the id of the active run, if it is another ·
 *       nothing if there is no such conversation
 */
export const readConversationScript = lua(String.raw`
local conversationKey, order, messages, runKey, log, fold = unpack(KEYS)
local _, user, active = unpack(ARGV)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= user or conversation.deletedAt > 0 then return {} end
if conversation.active ~= active then return {'active', conversation.active} end
local ids = redis.call('LRANGE', order, 0, -1)
local texts = {}
for index, id in ipairs(ids) do texts[index] = redis.call('HGET', messages, id) or '' end
local run = active ~= '' and loadRun(runKey)
if not run then
  -- Of a run that was lost nothing will come: the conversation is free again.
  if active ~= '' then redis.call('HSET', conversationKey, 'active', '') end
  return {'found', redis.call('HGETALL', conversationKey), ids, texts}
end
local seq = redis.call('HGET', fold, 'seq') or '0'
return {'found', conversation.flat, ids, texts, runWithDeletedAt(runKey, conversationKey, run.flat), seq,
  redis.call('HGET', fold, 'json') or '', readEntries(log, tonumber(seq), run.head)}
`);

/**
 * Frees a conversation whose active run was lost.
 *
 * KEYS  1 conversation · 2 run of ARGV[2]
 * ARGV  1 time · 2 run id
 * Returns  1
 */
export const freeFromLostRunScript = lua(String.raw`
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('HGET', KEYS[1], 'active') == ARGV[2] then
  redis.call('HSET', KEYS[1], 'active', '')
end
return 1
`);

/**
 * A page of a user's list.
 *
 * KEYS  1 list
 * ARGV  1 time · 2 updatedAt of the cursor, "" for the first page · 3 id of the cursor · 4 limit
 * Returns  conversation ids, the newest updated first
 */
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
 * The conversations of a page.
 *
 * KEYS  1… conversations
 * ARGV  1 time · 2 user id
 * Returns  those that are this user's and not deleted; one that cannot be read is left out
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

/**
 * The newest run of an agent in several conversations.
 *
 * KEYS  1… the sets of the conversations' runs
 * ARGV  1 time · 2 agent
 * Returns  which of the conversations it is in, from 1, and the id of the run · nothing if there is none
 */
export const newestRunScript = lua(String.raw`
-- As the keys of runs have ids (keys.ts): encodeURIComponent.
local function escaped(id)
  return (id:gsub("[^%w%-_%.!~%*'%(%)]", function(byte) return string.format('%%%02X', byte:byte()) end))
end
local function agentOf(about)
  local isRead, facts = pcall(cjson.decode, about)
  return isRead and type(facts) == 'table' and facts.agent
end
local newest, newestAt = {}, -1
for index, key in ipairs(KEYS) do
  for _, id in ipairs(redis.call('SMEMBERS', key)) do
    local about, at = unpack(redis.call('HMGET', key:sub(1, -2) .. ':' .. escaped(id), 'about', 'createdAt'))
    at = tonumber(at or '')
    if about and at and at > newestAt and agentOf(about) == ARGV[2] then
      newest, newestAt = {tostring(index), id}, at
    end
  end
end
return newest
`);

/**
 * `ConversationStore.rename`.
 *
 * KEYS  1 conversation
 * ARGV  1 time · 2 user id · 3 title
 * Returns  the conversation · nothing if there is none
 */
export const renameScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] or conversation.deletedAt > 0 then return {} end
redis.call('HSET', KEYS[1], 'title', ARGV[3], 'byHand', '1')
return redis.call('HGETALL', KEYS[1])
`);

/**
 * `ConversationStore.choose`, if nothing of what that depends on has changed since it was read.
 *
 * KEYS  1 conversation · 2 order
 * ARGV  1 time · 2 user id · 3 choices as they were read, "" for none · 4 the newest message then, or "" ·
 *       5 id of the active run then, or "" · 6 the new choices
 * Returns  the conversation · "changed" · nothing if there is none
 */
export const chooseScript = lua(String.raw`
local _, user, choices, newest, active, chosen = unpack(ARGV)
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= user or conversation.deletedAt > 0 then return {} end
if conversation.active ~= active or (conversation.choices or '') ~= choices
  or (redis.call('LINDEX', KEYS[2], -1) or '') ~= newest then return {'changed'} end
setChoices(KEYS[1], chosen)
return redis.call('HGETALL', KEYS[1])
`);

/**
 * `ConversationStore.remove`.
 *
 * KEYS  1 conversation · 2 user's list · 3 deleted · 4 live runs · 5 run of ARGV[3]
 * ARGV  1 time · 2 user id · 3 id of the active run, or "" · 4 conversation id · 5 stop request ·
 *       6 work item · 7 channel
 * Returns  "removed" and, if it was not before, when · "active" and the id of the active run, if it is
 *       another · nothing if there is no such conversation
 */
export const removeScript = lua(String.raw`
local conversationKey, list, deleted, liveRuns, runKey = unpack(KEYS)
local _, user, active, id, stop, workItem, channel = unpack(ARGV)
local now = integer(storeTime())
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= user then return {} end
if conversation.active ~= active then return {'active', conversation.active} end
local run = active ~= '' and loadRun(runKey)
if conversation.deletedAt == 0 then
  redis.call('HSET', conversationKey, 'deletedAt', now)
  redis.pcall('ZADD', deleted, now, id)
  redis.pcall('ZREM', list, id)
end
if run and not isEnded(run) then
  if run.stop == '' then
    redis.call('HSET', runKey, 'status', 'stopping', 'stop', stop, 'stopAt', now)
    redis.pcall('ZADD', liveRuns, integer(run.leaseUntil), workItem)
  end
  -- Each time, as with a stop: the first notice may have been lost.
  redis.call('PUBLISH', channel, 'stop')
end
return {'removed', conversation.deletedAt == 0 and now or ''}
`);

/**
 * `ConversationStore.restore`.
 *
 * KEYS  1 conversation · 2 user's list · 3 deleted
 * ARGV  1 time · 2 user id · 3 conversation id · 4 undo time in ms
 * Returns  "restored" · nothing if there is none, or it is too late
 */
export const restoreScript = lua(String.raw`
local conversationKey, list, deleted = unpack(KEYS)
local _, user, id, undoMs = unpack(ARGV)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= user then return {} end
if conversation.deletedAt == 0 then return {'restored'} end
if conversation.deletedAt <= storeTime() - tonumber(undoMs) then return {} end
redis.call('HSET', conversationKey, 'deletedAt', '0')
redis.pcall('ZADD', list, integer(conversation.updatedAt), id)
redis.pcall('ZREM', deleted, id)
return {'restored'}
`);

/**
 * Whose a conversation is, and its runs.
 *
 * KEYS  1 conversation · 2 runs
 * Returns  the user id, "" if there is no such conversation; run ids
 */
export const readRunIdsScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
return {conversation and conversation.owner or '', redis.call('SMEMBERS', KEYS[2])}
`);
