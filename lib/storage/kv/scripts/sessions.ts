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
local count = redis.call('SCARD', KEYS[2])
-- The session whose hash is the user's id has no field until it joins another user or is logged out.
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then count = count + 1 end
return count
`);

/** Whether a user has anything but its own session. A conversation that is being deleted is none any more. */
const ownsAnything = String.raw`
local function ownsAnything(user, sessionsOf, list, transfers, moves, notes)
  if redis.call('SCARD', sessionsOf) > 0 or redis.call('ZCARD', list) > 0 then return true end
  if redis.call('HLEN', notes) > 0 then return true end
  local found = false
  forTransfersOf(transfers, user, function() found = true end)
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
 * KEYS  1 sessions · 2 sessions of the user of ARGV[3] · 3 its list · 4 transfers · 5 moves · 6 its notes
 * ARGV  1 time · 2 session · 3 user id · 4 "1" to log out only who owns anything
 * Returns  "ended" · "moved" and the session's user, if that is another · "empty" if it owns nothing
 */
export const logOutScript = lua(String.raw`
${ownsAnything}
local sessions, sessionsOf, list, transfers, moves, notes = unpack(KEYS)
local _, session, known, unlessEmpty = unpack(ARGV)
local user = redis.call('HGET', sessions, session) or session
if user == '' then return {'ended'} end
if user ~= known then return {'moved', user} end
if unlessEmpty == '1' and user == session and not ownsAnything(user, sessionsOf, list, transfers, moves, notes) then
  return {'empty'}
end
redis.call('HSET', sessions, session, '')
redis.call('SREM', sessionsOf, session)
return {'ended'}
`);

/**
 * KEYS  1 sessions
 * ARGV  1 time · 2 how many stay · 3 where to begin
 * Returns  some of the sessions that are logged out, if there are more
 */
export const listLogoutsScript = lua(String.raw`
local excess = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[2])
if excess <= 0 then return {} end
local found = {}
local flat = redis.call('HSCAN', KEYS[1], ARGV[3], 'COUNT', 200)[2]
for index = 1, #flat, 2 do
  if flat[index + 1] == '' and #found < excess then found[#found + 1] = flat[index] end
end
return found
`);

/**
 * Forgets a log-out that keeps nobody from anything.
 *
 * KEYS  1 sessions · 2 sessions of ARGV[2] as a user · 3 its list · 4 transfers · 5 moves · 6 its notes
 * ARGV  1 time · 2 session
 * Returns  1
 */
export const forgetLogoutScript = lua(String.raw`
${ownsAnything}
local sessions, sessionsOf, list, transfers, moves, notes = unpack(KEYS)
local session = ARGV[2]
if redis.call('HGET', sessions, session) == '' and
  not ownsAnything(session, sessionsOf, list, transfers, moves, notes) then
  redis.call('HDEL', sessions, session)
end
return 1
`);

/**
 * `SessionStore.addTransfer`.
 *
 * KEYS  1 transfers · 2 sessions
 * ARGV  1 time · 2 code · 3 session · 4 how long the code is valid in ms
 * Returns  when it expires · nothing for a session that is logged out
 */
export const addTransferScript = lua(String.raw`
local _, code, session, validMs = unpack(ARGV)
local user = redis.call('HGET', KEYS[2], session) or session
if user == '' then return {} end
local known = decodeTransfer(redis.call('HGET', KEYS[1], code))
if known then return {integer(known.expires)} end
forTransfersOf(KEYS[1], user, function(each) redis.call('HDEL', KEYS[1], each) end)
local expires = storeTime() + tonumber(validMs)
redis.call('HSET', KEYS[1], code, encodeTransfer({expires = expires, usedBy = '-', user = user}))
return {integer(expires)}
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
 * Drops expired codes.
 *
 * KEYS  1 transfers · 2 moves
 * Returns  the moves, oldest first
 */
export const trimSessionsScript = lua(String.raw`
local now = storeTime()
local flat = redis.call('HGETALL', KEYS[1])
for index = 1, #flat, 2 do
  if decodeTransfer(flat[index + 1]).expires <= now then redis.call('HDEL', KEYS[1], flat[index]) end
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
`);
