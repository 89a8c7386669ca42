import { lua } from "./lua.ts";

/**
 * The text that the store got first in the last minutes.
 *
 * KEYS  1 identity
 * ARGV  1 time · 2 a new text
 * Returns  the text
 */
export const identityScript = lua(String.raw`
redis.call('SET', KEYS[1], ARGV[2], 'NX', 'EX', '600')
return {redis.call('GET', KEYS[1])}
`);

/**
 * Ends in an error if a newer build has written one of the conversations.
 *
 * KEYS  1… conversations
 */
export const checkVersionsScript = lua(String.raw`
for _, key in ipairs(KEYS) do
  local version = redis.call('TYPE', key).ok == 'hash' and tonumber(redis.call('HGET', key, 'v'))
  if version and version > 1 then error('RIVULET-NEWER ' .. integer(version) .. ' conversation') end
end
return {}
`);

/**
 * A conversation with its runs, and the beginnings of their logs.
 *
 * KEYS  1 conversation · 2 order · 3 messages · 4 runs · 5… of each run: record, log, fold
 * ARGV  1 time · 2 max entries
 * Returns  "found", the conversation, message ids, messages, and of each run: record, fold's seq, its JSON,
 *       entries · "runs" and the run ids, if the keys are not those of all runs · nothing if there is none
 */
export const readArchiveScript = lua(String.raw`
local conversationKey, order, messages, runs = unpack(KEYS, 1, 4)
local conversation = loadConversation(conversationKey)
if not conversation then return {} end
local runIds = redis.call('SMEMBERS', runs)
if #runIds ~= (#KEYS - 4) / 3 then return {'runs', runIds} end
local left = tonumber(ARGV[2])
local messageIds, texts, found = redis.call('LRANGE', order, 0, -1), {}, {}
for index, id in ipairs(messageIds) do texts[index] = redis.call('HGET', messages, id) or '' end
for index = 5, #KEYS, 3 do
  local run = loadRun(KEYS[index])
  if not run then error('RIVULET-DAMAGED run') end
  local log = readEntries(KEYS[index + 1], 0, math.min(left, run.head))
  left = left - #log / 3
  local fold = redis.call('HMGET', KEYS[index + 2], 'seq', 'json')
  found[#found + 1] = {run.flat, fold[1] or '', fold[2] or '', log}
end
return {'found', conversation.flat, messageIds, texts, found}
`);

/**
 * More of a log.
 *
 * KEYS  1 log
 * ARGV  1 time · 2 seq · 3 limit
 * Returns  the entries after it
 */
export const readEntriesScript = lua("return readEntries(KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]))");

/**
 * All sessions.
 *
 * KEYS  1 sessions
 * Returns  sessions and their fields (codec/session.ts) in turn
 */
export const readSessionsScript = lua("return redis.call('HGETALL', KEYS[1])");

/**
 * Adds sessions that are not there.
 *
 * KEYS  1 sessions · 2… for each session: the sessions of its user
 * ARGV  1 time · 2… a session and its field in turn
 * Returns  1
 */
export const addSessionsScript = lua(String.raw`
for index = 2, #KEYS do
  local session, user = ARGV[index * 2 - 2], ARGV[index * 2 - 1]
  if redis.call('HSETNX', KEYS[1], session, user) == 1 and user ~= '' then
    redis.call('SADD', KEYS[index], session)
  end
end
return 1
`);
