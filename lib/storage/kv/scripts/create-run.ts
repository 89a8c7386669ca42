import { lua } from "./lua.ts";

/**
 * `RunStore.createRun`.
 *
 * KEYS  1 pointer · 2 conversation · 3 order · 4 messages · 5 runs · 6 run · 7 user's list · 8 live runs ·
 *       9 the run to retry or to continue · 10 due queues
 * ARGV  1 time · 2 call · 3 run id · 4 conversation id · 5 user id · 6 body hash · 7 kind of question ·
 *       8 question's id · 9 question (codec/message.ts) ·
 *       10 the message it is asked under, "?" for where the conversation is read to · 11 run locator ·
 *       12 work item · 13 channel · 14 token of the first claim · 15 its lease in ms, both "" for none ·
 *       16 the newest message at which it was found where the run joins (core/branch-rules.ts), "" for never
 *       looked · 17 version of the queue that the question was the first of · 18 version, 19 JSON and
 *       20 what is due of the rest of that, all "" for none · 21 the choices when 16 was the newest message ·
 *       22 the choices from now on · 23 length of 24 ·
 *       24 fields of the run · 25 fields of the conversation; both without what only the script knows
 * Returns  "created", "exists" or "conflict", the run, and "held" if the first claim has it ·
 *       "busy" and the id of the active run ·
 *       "elsewhere" and the locator of the run of this id · "gone" · "stale" · "complete" · "not-found" ·
 *       "look" at the messages, and again with 16, 21 and 22; to retry or to continue, message and
 *       question of the run
 */
export const createRunScript = lua(String.raw`
local pointer, conversationKey, order, messages, runs, runKey, list, liveRuns, askedKey, dueQueues = unpack(KEYS)
local _, call, runId, conversationId, user, bodyHash = unpack(ARGV, 1, 6)
local kind, questionId, question, parentId, locator, workItem, channel, token, leaseMs, looked = unpack(ARGV, 7, 16)
local queueBefore, queueVersion, queue, queueDue = unpack(ARGV, 17, 20)
local lookedChoices, newChoices = unpack(ARGV, 21, 22)
local runEnd = 23 + tonumber(ARGV[23])
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
if queueBefore ~= '' and (conversation and conversation.queueVersion or '0') ~= queueBefore then
  return {'stale'}
end
local newest = redis.call('LINDEX', order, -1) or ''
local choices = conversation and conversation.choices or ''
local resolved = {'createdAt', now}
-- Where nothing was chosen and the newest message is joined, nobody has to look.
local isPlain = looked ~= '' or choices == ''
if looked ~= '' and (looked ~= newest or lookedChoices ~= choices) then looked, isPlain = '', false end
if kind == 'message' then
  if parentId == '?' and newest == '' then parentId = '' end
  if not isPlain or (parentId ~= newest and looked == '') then return {newest == '' and 'stale' or 'look'} end
else
  local asked = loadRun(askedKey)
  if not asked or asked.owner ~= user then return {'not-found'} end
  resolved = {'createdAt', now, 'question', asked.question}
  local look = {newest == '' and 'stale' or 'look', asked.message, asked.question}
  if kind == 'retry' and newest ~= '' and (not isPlain or (newest ~= asked.message and looked == '')) then
    return look
  end
  if kind == 'continue' or kind == 'continue-whole' then
    -- The run that ended last wrote the newest answer.
    local isNewest = newest == asked.message and conversation and conversation.writer == asked.id
    if not isPlain or (not isNewest and looked == '') then return look end
    if kind == 'continue' and asked.brokeOff ~= '1' then return {'complete'} end
    resolved = {'createdAt', now, 'question', asked.question, 'message', asked.message, 'parent', asked.id}
  end
end
local leaseUntil = token ~= '' and integer(time + tonumber(leaseMs)) or '0'
redis.call('HSET', runKey, unpack(ARGV, 24, runEnd))
redis.call('HSET', runKey, 'leaseUntil', leaseUntil, unpack(resolved))
redis.call('SADD', runs, runId)
redis.call('SET', pointer, locator)
if looked ~= '' and kind ~= 'retry' then
  -- The branch that goes on comes last: older builds show the newest of siblings, whatever it is.
  local joined = kind == 'message' and parentId or resolved[6]
  if redis.call('LREM', order, -1, joined) > 0 then redis.call('RPUSH', order, joined) end
end
if kind == 'message' then
  redis.call('HSET', messages, questionId, questionRecord(now, parentId, question))
  redis.call('RPUSH', order, questionId)
end
if looked ~= '' then setChoices(conversationKey, newChoices) end
local touched = {'updatedAt', now, 'active', runId}
if not conversation then
  redis.call('HSET', conversationKey, unpack(ARGV, runEnd + 1))
  touched = {'updatedAt', now, 'active', runId, 'createdAt', now}
end
redis.call('HSET', conversationKey, unpack(touched))
if queueBefore ~= '' then
  putQueue(conversationKey, dueQueues, conversationId, queueVersion, queue, queueDue)
end
redis.pcall('ZADD', list, now, conversationId)
redis.pcall('ZADD', liveRuns, leaseUntil, workItem)
redis.call('PUBLISH', channel, 'log')
return {'created', runWithDeletedAt(runKey, conversationKey), token ~= '' and 'held' or ''}
`);
