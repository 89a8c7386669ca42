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

/**
 * `SessionStore.logOut`.
 *
 * KEYS  1 sessions · 2 sessions of the user of ARGV[3]
 * ARGV  1 time · 2 session · 3 user id
 * Returns  "ended" · "moved" and the session's user, if that is another
 */
export const logOutScript = lua(String.raw`
local user = redis.call('HGET', KEYS[1], ARGV[2]) or ARGV[2]
if user == '' then return {'ended'} end
if user ~= ARGV[3] then return {'moved', user} end
redis.call('HSET', KEYS[1], ARGV[2], '')
redis.call('SREM', KEYS[2], ARGV[2])
return {'ended'}
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
