import { lua } from "./lua.ts";

/**
 * In the hash of sessions a field is a session's owner, empty once it is logged out; without a field the
 * session is its own. In the hash of transfers a field is a code's expiry, the session that used it or "-",
 * and its owner.
 */
const sessionLua = (body: string): string =>
  lua(String.raw`
local function transferOf(line)
  if not line then return nil end
  local expires, used, owner = string.match(line, '^(%d+) (%S+) (%S+)$')
  if not owner then error('RIVULET-DAMAGED transfer') end
  return {expires = tonumber(expires), used = used, owner = owner}
end
local function lineOf(transfer) return text(transfer.expires) .. ' ' .. transfer.used .. ' ' .. transfer.owner end
local function transfersOf(key, owner, each)
  local flat = redis.call('HGETALL', key)
  for at = 1, #flat, 2 do
    local transfer = transferOf(flat[at + 1])
    if transfer.owner == owner then each(flat[at], transfer) end
  end
end
${body}`);

/** ARGV: time, sessions. Of each "1" and its owner, or "0" where nothing is stored. */
export const ownersScript = lua(String.raw`
local found = {}
for at = 2, #ARGV do
  local owner = redis.call('HGET', KEYS[1], ARGV[at])
  found[#found + 1] = owner and '1' or '0'
  found[#found + 1] = owner or ''
end
return found
`);

/** KEYS: the sessions, those of the owner; ARGV: time, owner. How many are not logged out. */
export const countScript = lua(String.raw`
local count = redis.call('SCARD', KEYS[2])
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then count = count + 1 end
return count
`);

/**
 * KEYS: the sessions, those of the owner; ARGV: time, session, owner. "moved" and whose it is meanwhile:
 * again with that.
 */
export const logOutScript = lua(String.raw`
local owner = redis.call('HGET', KEYS[1], ARGV[2]) or ARGV[2]
if owner == '' then return {'ended'} end
if owner ~= ARGV[3] then return {'moved', owner} end
redis.call('HSET', KEYS[1], ARGV[2], '')
redis.call('SREM', KEYS[2], ARGV[2])
return {'ended'}
`);

/**
 * KEYS: transfers, sessions; ARGV: time, code, session, ms it is good for. When it expires; nothing for a
 * session that is logged out.
 */
export const addTransferScript = sessionLua(String.raw`
local _, code, session, lasts = unpack(ARGV)
local owner = redis.call('HGET', KEYS[2], session) or session
if owner == '' then return {} end
local known = transferOf(redis.call('HGET', KEYS[1], code))
if known then return {text(known.expires)} end
transfersOf(KEYS[1], owner, function(each) redis.call('HDEL', KEYS[1], each) end)
local expires = clock() + tonumber(lasts)
redis.call('HSET', KEYS[1], code, lineOf({expires = expires, used = '-', owner = owner}))
return {text(expires)}
`);

/** ARGV: time, code. Its owner, expiry, and who used it or "-"; nothing once it has expired. */
export const transferScript = sessionLua(String.raw`
local transfer = transferOf(redis.call('HGET', KEYS[1], ARGV[2]))
if not transfer or transfer.expires <= clock() then return {} end
return {transfer.owner, text(transfer.expires), transfer.used}
`);

/**
 * KEYS: sessions, transfers, moves, the sessions of either owner; ARGV: time, code, session, from, to, the
 * move. "again": the owners are others.
 */
export const joinScript = sessionLua(String.raw`
local sessions, transfers, moves, ofFrom, ofTo = unpack(KEYS)
local _, code, session, from, to, move = unpack(ARGV)
local at = clock()
local transfer = transferOf(redis.call('HGET', transfers, code))
if not transfer or transfer.expires <= at then return {'gone'} end
local owner = redis.call('HGET', sessions, session) or session
if owner == '' then return {'gone'} end
if transfer.used ~= '-' then return {transfer.used == session and 'joined' or 'gone'} end
if transfer.owner == owner then return {'here'} end
if owner ~= from or transfer.owner ~= to then return {'again'} end
transfer.used = session
redis.call('HSET', transfers, code, lineOf(transfer))
local all = redis.call('SMEMBERS', ofFrom)
if redis.call('HEXISTS', sessions, from) == 0 then all[#all + 1] = from end
for _, each in ipairs(all) do
  redis.call('HSET', sessions, each, to)
  redis.call('SADD', ofTo, each)
end
redis.call('DEL', ofFrom)
transfersOf(transfers, from, function(each, its)
  its.owner = to
  redis.call('HSET', transfers, each, lineOf(its))
end)
-- What is still on its way to the joining owner goes on to the other.
local fromWord, toWord = string.match(move, '^(%S+) (%S+)$')
local under = redis.call('ZRANGE', moves, 0, -1, 'WITHSCORES')
for place = 1, #under, 2 do
  local first, last = string.match(under[place], '^(%S+) (%S+)$')
  if last == fromWord then
    redis.call('ZREM', moves, under[place])
    redis.call('ZADD', moves, under[place + 1], first .. ' ' .. toWord)
  end
end
redis.call('ZADD', moves, text(at), move)
return {'joined'}
`);

/**
 * KEYS: an owner's index, the deleted conversations. The ids in both: the second list is of all owners, and
 * short.
 */
export const movableScript = lua(String.raw`
return {redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('ZRANGE', KEYS[2], 0, -1)}
`);

/**
 * KEYS: the conversation, its runs, either index, then of each run itself and its pointer; ARGV: time,
 * conversation, from, to, then a pointer's text a run. "again": it has other runs.
 */
export const moveScript = lua(String.raw`
local conversationKey, runs, fromIndex, toIndex = unpack(KEYS, 1, 4)
local _, id, from, to = unpack(ARGV, 1, 4)
local conversation = loadConversation(conversationKey)
if not conversation or conversation.owner ~= from then
  -- A run that was refused, or one that ended meanwhile, may have left it here.
  redis.call('ZREM', fromIndex, id)
  return {'done'}
end
if redis.call('SCARD', runs) ~= (#KEYS - 4) / 2 then return {'again'} end
for at = 5, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[at]) == 1 then redis.call('HSET', KEYS[at], 'owner', to) end
  redis.call('SET', KEYS[at + 1], ARGV[(at - 5) / 2 + 5])
end
redis.call('HSET', conversationKey, 'owner', to)
if conversation.deletedAt == 0 then redis.call('ZADD', toIndex, text(conversation.updatedAt), id) end
redis.call('ZREM', fromIndex, id)
return {'done'}
`);

/** KEYS: transfers, moves. Forgets expired codes; the moves, oldest first. */
export const trimSessionsScript = sessionLua(String.raw`
local at = clock()
local flat = redis.call('HGETALL', KEYS[1])
for place = 1, #flat, 2 do
  if transferOf(flat[place + 1]).expires <= at then redis.call('HDEL', KEYS[1], flat[place]) end
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
`);

/**
 * KEYS: moves; ARGV: time, ms that a request may last, a move. It is over once no request of its former owner
 * can be left.
 */
export const endMoveScript = lua(String.raw`
local begun = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[3]) or '')
if begun and begun <= clock() - tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[3]) end
return 1
`);
