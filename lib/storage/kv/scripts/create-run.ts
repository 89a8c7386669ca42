import { lua } from "./lua.ts";

/**
 * `RunStore.createRun`.
 *
 * KEYS  1 pointer · 2 conversation · 3 order · 4 messages · 5 runs · 6 run · 7 user's list · 8 live runs ·
 *       9 the run to retry or to continue
 * ARGV  1 time · 2 call · 3 run id · 4 conversation id · 5 user id · 6 body hash · 7 kind of question ·
 *       8 question's id · 9 question (codec/message.ts) ·
 *       10 the newest message it was asked under, "?" for any · 11 run locator · 12 work item · 13 channel ·
 *       14 token of the first claim · 15 its lease in ms, both "" for none · 16 length of 17 ·
 *       17 fields of the run · 18 fields of the conversation; both without what only the script knows
 * Returns  "created", "exists" or "conflict", the run, and "held" if the first claim has it ·
 *       "busy" and the id of the active run ·
 *       "elsewhere" and the locator of the run of this id · "gone" · "stale" · "complete" · "not-found"
 */
export const createRunScript = lua(String.raw`
local pointer, conversationKey, order, messages, runs, runKey, list, liveRuns, askedKey = unpack(KEYS)
local _, call, runId, conversationId, user, bodyHash = unpack(ARGV, 1, 6)
local kind, questionId, question, parentId, locator, workItem, channel, token, leaseMs = unpack(ARGV, 7, 15)
local runEnd = 16 + tonumber(ARGV[16])
local time = storeTime()
local now = integer(time)
local conversation = loadConversation(conversationKey)
if conversation and conversation.owner == user and conversation.deletedAt > 0 then return {'gone'} end
local known = redis.call('GET', pointer)
if known and known ~= locator then return {'elsewhere', known} end
local existing = loadRun(runKey)
if existing then
  if existing.owner ~= user then return {'not-found'} end
  if existing.body ~= bodyHash then return {'conflict', runWithDeletedAt(runKey, conversationKey)} end
  return {existing.call == call and 'created' or 'exists', runWithDeletedAt(runKey, conversationKey),
    token ~= '' and existing.token == token and 'held' or ''}
end
if conversation then
  if conversation.owner ~= user then return {'not-found'} end
  if conversation.active ~= '' then return {'busy', conversation.active} end
end
local newest = redis.call('LINDEX', order, -1) or ''
local resolved = {'createdAt', now}
if kind == 'message' then
  if parentId ~= '?' and parentId ~= newest then return {'stale'} end
else
  local asked = loadRun(askedKey)
  if not asked or asked.owner ~= user then return {'not-found'} end
  resolved = {'createdAt', now, 'question', asked.question}
  if kind == 'continue' then
    -- The run that ended last wrote the newest answer. Any other answer is older, or was continued since.
    local isNewest = newest == asked.message and conversation and conversation.writer == asked.id
    if not isNewest then return {'stale'} end
    if asked.brokeOff ~= '1' then return {'complete'} end
    resolved = {'createdAt', now, 'question', asked.question, 'message', asked.message, 'parent', asked.id}
  end
end
local leaseUntil = token ~= '' and integer(time + tonumber(leaseMs)) or '0'
redis.call('HSET', runKey, unpack(ARGV, 17, runEnd))
redis.call('HSET', runKey, 'leaseUntil', leaseUntil, unpack(resolved))
redis.call('SADD', runs, runId)
redis.call('SET', pointer, locator)
if kind == 'message' then
  redis.call('HSET', messages, questionId, questionRecord(now, newest, question))
  redis.call('RPUSH', order, questionId)
end
local touched = {'updatedAt', now, 'active', runId}
if not conversation then
  redis.call('HSET', conversationKey, unpack(ARGV, runEnd + 1))
  touched = {'updatedAt', now, 'active', runId, 'createdAt', now}
end
redis.call('HSET', conversationKey, unpack(touched))
redis.pcall('ZADD', list, now, conversationId)
redis.pcall('ZADD', liveRuns, leaseUntil, workItem)
redis.call('PUBLISH', channel, 'log')
return {'created', runWithDeletedAt(runKey, conversationKey), token ~= '' and 'held' or ''}
`);
