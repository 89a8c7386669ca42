import { lua } from "./lua.ts";

/**
 * KEYS  1 sessions
 * ARGV  1 time · 2… sessions
 * Returns  for each session: "1" and its field (codec/session.ts), or "0" and "" if it has none
 */
export const readUsersScript = lua(String.raw`
local found = {}
for index = 2, #ARGV do
  local user = redis.call('HGET', KEYS[1], ARGV[index])
  found[#found + 1] = user and '1' or '0'
  found[#found + 1] = user or ''
end
return found
`);

/**
 * `SessionStore.count`.
 *
 * KEYS  1 sessions · 2 the user's sessions
 * ARGV  1 time · 2 user id
 * Returns  how many are not logged out
 */
export const countSessionsScript = lua(String.raw`
return countSessions(KEYS[1], KEYS[2], ARGV[2])
`);

/** Whether a user has anything but its own session. A conversation that is being deleted is none any more. */
const ownsRecords = String.raw`
local function ownsRecords(user, list, transfers, moves, notes, transfersOf)
  if redis.call('ZCARD', list) > 0 or redis.call('HLEN', notes) > 0 then return true end
  local found = false
  forTransfersOf(transfers, transfersOf, user, function() found = true end)
  -- A moved id is escaped, as these are not: hashes need no escape.
  for _, move in ipairs(redis.call('ZRANGE', moves, 0, -1)) do
    local from, to = decodePair(move)
    if from == user or to == user then found = true end
  end
  return found
end
`;

/**
 * `SessionStore.logOut`.
 *
 * KEYS  1 sessions · 2 sessions of the user of ARGV[3] · 3 its list · 4 transfers · 5 moves · 6 its notes ·
 *       7 its codes
 * ARGV  1 time · 2 session · 3 user id · 4 "1" to log out only who owns anything
 * Returns  "ended" · "moved" and the session's user, if that is another · "empty" if it owns nothing
 */
export const logOutScript = lua(String.raw`
${ownsRecords}
local sessions, sessionsOf = unpack(KEYS, 1, 2)
local _, session, known, unlessEmpty = unpack(ARGV)
local user = redis.call('HGET', sessions, session) or session
if user == '' then return {'ended'} end
if user ~= known then return {'moved', user} end
if unlessEmpty == '1' and user == session and redis.call('SCARD', sessionsOf) == 0 and
  not ownsRecords(user, unpack(KEYS, 3)) then
  return {'empty'}
end
redis.call('HSET', sessions, session, '')
redis.call('SREM', sessionsOf, session)
return {'ended'}
`);

/**
 * KEYS  1 sessions
 * ARGV  1 time · 2 how many stay · 3 where to begin
 * Returns  some of the sessions, if there are more, each behind its field
 */
export const listExcessScript = lua(String.raw`
local excess = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[2])
if excess <= 0 then return {} end
local found = {}
local flat = redis.call('HSCAN', KEYS[1], ARGV[3], 'COUNT', 200)[2]
for index = 1, math.min(#flat, 2 * excess), 2 do
  found[#found + 1] = flat[index + 1]
  found[#found + 1] = flat[index]
end
return found
`);

/**
 * Forgets a session that holds nothing: one that is logged out, or whose user owns nothing.
 *
 * KEYS  1 sessions · 2 sessions of the user of ARGV[3] · 3 its list · 4 transfers · 5 moves · 6 its notes ·
 *       7 its codes
 * ARGV  1 time · 2 session · 3 its user, or itself if it is logged out
 * Returns  1
 */
export const forgetSessionScript = lua(String.raw`
${ownsRecords}
local sessions, sessionsOf = unpack(KEYS, 1, 2)
local _, session, user = unpack(ARGV)
local field = redis.call('HGET', sessions, session)
local isLoggedOut = field == '' and user == session
if not isLoggedOut and field ~= user then return 1 end
if isLoggedOut and redis.call('SCARD', sessionsOf) > 0 then return 1 end
if not ownsRecords(user, unpack(KEYS, 3)) then
  redis.call('HDEL', sessions, session)
  if not isLoggedOut then redis.call('SREM', sessionsOf, session) end
end
return 1
`);

/**
 * `SessionStore.addTransfer`.
 *
 * KEYS  1 transfers · 2 sessions · 3 codes of the user of ARGV[4]
 * ARGV  1 time · 2 code · 3 session · 4 user id · 5 how long the code is valid in ms
 * Returns  "made" and when it expires · "moved" and the session's user, if that is another · nothing for a
 *       session that is logged out
 */
export const addTransferScript = lua(String.raw`
local transfers, sessions, transfersOf = unpack(KEYS)
local _, code, session, known, validMs = unpack(ARGV)
local user = redis.call('HGET', sessions, session) or session
if user == '' then return {} end
if user ~= known then return {'moved', user} end
local made = decodeTransfer(redis.call('HGET', transfers, code))
if made then return {'made', integer(made.expires)} end
forTransfersOf(transfers, transfersOf, user, function(each) redis.call('HDEL', transfers, each) end)
redis.call('DEL', transfersOf)
local expires = storeTime() + tonumber(validMs)
redis.call('HSET', transfers, code, encodeTransfer({expires = expires, usedBy = '-', user = user}))
redis.call('SADD', transfersOf, code)
redis.call('PEXPIRE', transfersOf, validMs)
return {'made', integer(expires)}
`);

/**
 * `SessionStore.transfer`.
 *
 * KEYS  1 transfers
 * ARGV  1 time · 2 code
 * Returns  user id, expiry, who used it or "-" · nothing if it has expired or never was
 */
export const readTransferScript = lua(String.raw`
local transfer = decodeTransfer(redis.call('HGET', KEYS[1], ARGV[2]))
if not transfer or transfer.expires <= storeTime() then return {} end
return {transfer.user, integer(transfer.expires), transfer.usedBy}
`);

/**
 * Drops expired codes; of many, some.
 *
 * KEYS  1 transfers · 2 moves
 * ARGV  1 time · 2 where to begin
 * Returns  the moves, oldest first
 */
export const trimSessionsScript = lua(String.raw`
local now = storeTime()
local flat = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', 1000)[2]
for index = 1, #flat, 2 do
  if decodeTransfer(flat[index + 1]).expires <= now then redis.call('HDEL', KEYS[1], flat[index]) end
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
`);
