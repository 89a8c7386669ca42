import { lua } from "./lua.ts";

/**
 * In Lua: makes a conversation and its runs findable. KEYS from `first` to `last` are a run and its pointer
 * in turn; the runs' work items begin at ARGV[itemIndex]. Returns how many runs there are.
 */
export const indexConversation = String.raw`
local function indexConversation(conversation, list, deleted, liveRuns, left, waiting, queues, locator, first,
    last, itemIndex)
  indexQueue(queues, conversation.id, conversation.queueDue)
  if conversation.deletedAt == 0 then
    redis.call('ZADD', list, integer(conversation.updatedAt), conversation.id)
    redis.call('ZREM', deleted, conversation.id)
  else
    redis.call('ZADD', deleted, integer(conversation.deletedAt), conversation.id)
    redis.call('ZREM', list, conversation.id)
  end
  local count = 0
  for index = first, last, 2 do
    local isRead, run = pcall(loadRun, KEYS[index])
    if isRead and run then
      count = count + 1
      redis.call('SET', KEYS[index + 1], locator)
      if isEnded(run) or run.status == 'waiting' then
        redis.call('ZREM', liveRuns, ARGV[itemIndex])
      else
        redis.call('ZADD', liveRuns, integer(run.leaseUntil), ARGV[itemIndex])
      end
      if run.status == 'waiting' then
        redis.call('ZADD', waiting, integer(run.createdAt), ARGV[itemIndex])
      else
        redis.call('ZREM', waiting, ARGV[itemIndex])
      end
      if isEnded(run) and run.unread and run.unread ~= '0' then
        redis.call('ZADD', left, integer(conversation.updatedAt), ARGV[itemIndex])
      end
    end
    itemIndex = itemIndex + 1
  end
  return count
end
`;

/**
 * Makes a conversation and its runs findable again.
 *
 * KEYS  1 conversation · 2 user's list · 3 deleted · 4 live runs · 5 runs with left messages ·
 *       6 waiting runs · 7 due queues · 8… of each run: record, pointer
 * ARGV  1 time · 2 user id · 3 run locator · 4… work items
 * Returns  how many runs · nothing if the conversation is gone or another user's by now
 */
export const rebuildScript = lua(String.raw`${indexConversation}
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] then return {} end
local _, list, deleted, liveRuns, left, waiting, queues = unpack(KEYS)
return {integer(
  indexConversation(conversation, list, deleted, liveRuns, left, waiting, queues, ARGV[3], 8, #KEYS, 4))}
`);

/**
 * Part of a user's list.
 *
 * KEYS  1 list
 * ARGV  1 time · 2 cursor
 * Returns  the next cursor, ids and scores in turn
 */
export const scanListScript = lua("return redis.call('ZSCAN', KEYS[1], ARGV[2], 'COUNT', '200')");

/**
 * Removes from a user's list what does not belong there.
 *
 * KEYS  1 list · 2… conversations
 * ARGV  1 time · 2 user id · 3… ids of the conversations
 * Returns  how many entries were removed
 */
export const cleanListScript = lua(String.raw`
local count = 0
for index = 2, #KEYS do
  local isRead, conversation = pcall(loadConversation, KEYS[index])
  local isOwn = conversation and conversation.owner == ARGV[2] and conversation.deletedAt == 0
  if isRead and not isOwn then count = count + redis.call('ZREM', KEYS[1], ARGV[index + 1]) end
end
return {integer(count)}
`);
