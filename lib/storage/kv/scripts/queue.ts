import { lua } from "./lua.ts";

/**
 * `ConversationStore.queue`.
 *
 * KEYS  1 conversation · 2 run of ARGV[3]
 * ARGV  1 time · 2 user id · 3 id of the run that is live, or else ended last, or ""
 * Returns  "found", the conversation, the run or nothing · "run" and the id of that run, if it is another ·
 *       nothing if there is no such conversation
 */
export const readQueueScript = lua(String.raw`
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] or conversation.deletedAt > 0 then return {} end
local newest = conversation.active ~= '' and conversation.active or conversation.writer or ''
if newest ~= ARGV[3] then return {'run', newest} end
local run = newest ~= '' and loadRun(KEYS[2])
return {'found', conversation.flat, run and runWithDeletedAt(KEYS[2], KEYS[1], run.flat) or {}}
`);

/**
 * `ConversationStore.saveQueue`.
 *
 * KEYS  1 conversation · 2 due queues
 * ARGV  1 time · 2 user id · 3 conversation id · 4 version before · 5 version · 6 queue · 7 what is due
 * Returns  "saved" · "changed" · nothing if there is no such conversation
 */
export const saveQueueScript = lua(String.raw`
local _, user, id, before, version, queue, due = unpack(ARGV)
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= user or conversation.deletedAt > 0 then return {} end
-- The same call again, because its reply was lost.
if conversation.queueVersion == version and conversation.queue == queue then return {'saved'} end
if (conversation.queueVersion or '0') ~= before then return {'changed'} end
putQueue(KEYS[1], KEYS[2], id, version, queue, due)
return {'saved'}
`);

/**
 * KEYS  1 due queues
 * ARGV  1 time · 2 limit
 * Returns  conversation ids, the one first whose queue was changed first
 */
export const listDueQueuesScript = lua("return redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)");

/**
 * Those of them whose queue is due now. Drops conversations that are gone, or have nothing due.
 *
 * KEYS  1 due queues · 2… conversations
 * ARGV  1 time · 2… their ids
 * Returns  conversation and user ids in turn
 */
export const readDueQueuesScript = lua(String.raw`
local found = {}
for at = 2, #KEYS do
  -- A record that cannot be read is left out: it must not hide the others.
  local isRead, conversation = pcall(loadConversation, KEYS[at])
  local due = isRead and conversation and conversation.queueDue or '0'
  if isRead and due ~= '2' and due ~= '3' then
    redis.call('ZREM', KEYS[1], ARGV[at])
  elseif isRead and conversation.deletedAt == 0 and (due == '3' or conversation.active == '') then
    found[#found + 1] = ARGV[at]
    found[#found + 1] = conversation.owner
  end
end
return found
`);
