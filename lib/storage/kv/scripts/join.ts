import { lua } from "./lua.ts";

/**
 * `SessionStore.join`: the step that decides (kv/sessions.ts J1, J2). Conversations follow by `moveScript`.
 *
 * KEYS  1 sessions · 2 transfers · 3 moves · 4 sessions of ARGV[4] · 5 sessions of ARGV[5] ·
 *       6 codes of ARGV[4] · 7 codes of ARGV[5]
 * ARGV  1 time · 2 code · 3 session · 4 the session's user · 5 the code's user · 6 the move from 4 to 5 ·
 *       7 how many sessions a user may have · 8 how long codes are valid in ms
 * Returns  "joined" · "here" · "gone" · "full" · "again" if the users are others by now
 */
export const joinScript = lua(String.raw`
local sessions, transfers, moves, sessionsOfFrom, sessionsOfTo, codesOfFrom, codesOfTo = unpack(KEYS)
local _, code, session, from, to, move, maxSessions, validMs = unpack(ARGV)
local now = storeTime()
local transfer = decodeTransfer(redis.call('HGET', transfers, code))
if not transfer or transfer.expires <= now then return {'gone'} end
local user = redis.call('HGET', sessions, session) or session
if user == '' then return {'gone'} end
if transfer.usedBy ~= '-' then return {transfer.usedBy == session and 'joined' or 'gone'} end
if transfer.user == user then return {'here'} end
if user ~= from or transfer.user ~= to then return {'again'} end
local count = countSessions(sessions, sessionsOfFrom, from) + countSessions(sessions, sessionsOfTo, to)
if count > tonumber(maxSessions) then return {'full'} end
transfer.usedBy = session
redis.call('HSET', transfers, code, encodeTransfer(transfer))
local joining = redis.call('SMEMBERS', sessionsOfFrom)
if redis.call('HEXISTS', sessions, from) == 0 then joining[#joining + 1] = from end
for _, each in ipairs(joining) do
  redis.call('HSET', sessions, each, to)
  redis.call('SADD', sessionsOfTo, each)
end
redis.call('DEL', sessionsOfFrom)
forTransfersOf(transfers, codesOfFrom, from, function(each, itsTransfer)
  itsTransfer.user = to
  redis.call('HSET', transfers, each, encodeTransfer(itsTransfer))
  redis.call('SADD', codesOfTo, each)
end)
redis.call('DEL', codesOfFrom)
redis.call('PEXPIRE', codesOfTo, validMs)
-- Earlier moves to the joining user lead to the other one from now on.
local escapedFrom, escapedTo = decodePair(move)
local earlier = redis.call('ZRANGE', moves, 0, -1, 'WITHSCORES')
for index = 1, #earlier, 2 do
  local first, last = decodePair(earlier[index])
  if last == escapedFrom then
    redis.call('ZREM', moves, earlier[index])
    redis.call('ZADD', moves, earlier[index + 1], first .. ' ' .. escapedTo)
  end
end
redis.call('ZADD', moves, integer(now), move)
return {'joined'}
`);

/**
 * What a move may concern.
 *
 * KEYS  1 a user's list · 2 deleted
 * Returns  ids of the user's conversations · ids of all deleted ones, of every user: they are few
 */
export const listMovableScript = lua(String.raw`
return {redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('ZRANGE', KEYS[2], 0, -1)}
`);

/**
 * Moves a conversation with all its runs to another user.
 *
 * KEYS  1 conversation · 2 runs · 3 list of ARGV[3] · 4 list of ARGV[4] · 5… of each run: record, pointer
 * ARGV  1 time · 2 conversation id · 3 from · 4 to · 5… of each run: its new locator
 * Returns  "done", also if it is not the first user's · "again" if it has other runs by now
 */
export const moveScript = lua(String.raw`
local conversationKey, runs, fromList, toList = unpack(KEYS, 1, 4)
local _, id, from, to = unpack(ARGV, 1, 4)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= from then
  -- A run that was refused, or that has ended meanwhile, may have left it in the list.
  redis.call('ZREM', fromList, id)
  return {'done'}
end
if redis.call('SCARD', runs) ~= (#KEYS - 4) / 2 then return {'again'} end
for index = 5, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[index]) == 1 then redis.call('HSET', KEYS[index], 'owner', to) end
  redis.call('SET', KEYS[index + 1], ARGV[(index - 5) / 2 + 5])
end
redis.call('HSET', conversationKey, 'owner', to)
if conversation.deletedAt == 0 then redis.call('ZADD', toList, integer(conversation.updatedAt), id) end
redis.call('ZREM', fromList, id)
return {'done'}
`);

/**
 * Ends a move once no request under the former user id can be left (J3).
 *
 * KEYS  1 moves
 * ARGV  1 time · 2 how long such a request may last in ms · 3 the move
 * Returns  1
 */
export const endMoveScript = lua(String.raw`
local since = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[3]) or '')
if since and since <= storeTime() - tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[3]) end
return 1
`);
