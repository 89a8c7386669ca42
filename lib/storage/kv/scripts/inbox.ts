import { lua } from "./lua.ts";

/** By core/inbox-rules.ts. Each is safe to repeat: what was recorded before is known by its digest. */

/**
 * `RunStore.decide`.
 *
 * KEYS  1 run · 2 live runs · 3 conversation · 4 waiting runs
 * ARGV  1 time · 2 the approval's field (codec/inbox.ts) · 3 JSON of the input hash · 4 digest · 5 decision ·
 *       6 work item · 7 channel
 * Returns  the kind of result, the run · nothing if there is no such run
 */
export const decideScript = lua(String.raw`
local runKey, liveRuns, conversationKey, waitingRuns = unpack(KEYS)
local _, field, hash, digest, json, workItem, channel = unpack(ARGV)
local run = loadRun(runKey)
if not run then return {} end
local known, highest, kind = nil, 0, 'decided'
for _, record in ipairs(inboxOf(run)) do
  if record.field == field then known = record end
  highest = math.max(highest, record.position)
end
if not known then
  kind = 'not-found'
elseif known.hash ~= hash then
  kind = 'changed'
elseif known.digest ~= '' then
  kind = known.digest == digest and 'decided' or 'decided-otherwise'
elseif isEnded(run) or run.stop ~= '' or known.state ~= 'open' then
  kind = 'over'
else -- N2
  known.state, known.position, known.digest, known.json = 'recorded', highest + 1, digest, json
  local changed = {}
  putInboxRecord(run, changed, known)
  saveInbox(runKey, run, changed)
  if run.status == 'waiting' then -- N5
    redis.call('HSET', runKey, 'status', 'queued')
    redis.pcall('ZADD', liveRuns, '0', workItem)
    redis.pcall('ZREM', waitingRuns, workItem)
  end
end
redis.call('PUBLISH', channel, 'inbox')
return {kind, runWithDeletedAt(runKey, conversationKey)}
`);

/**
 * `RunStore.sendMessage`.
 *
 * KEYS  1 run · 2 conversation
 * ARGV  1 time · 2 the message's field · 3 digest · 4 message · 5 max unread · 6 their max length · 7 channel
 * Returns  the kind of result, the run · nothing if there is no such run
 */
export const sendMessageScript = lua(String.raw`
local runKey, conversationKey = unpack(KEYS)
local _, field, digest, json, maxUnread, maxLength, channel = unpack(ARGV)
local run = loadRun(runKey)
if not run then return {} end
local known, highest, count, length, kind = nil, 0, 0, #json, 'sent'
for _, record in ipairs(inboxOf(run)) do
  if record.field == field then known = record end
  highest = math.max(highest, record.position)
  if record.kind == 'message' and record.state == 'recorded' then
    count, length = count + 1, length + #record.json
  end
end
if known then
  kind = known.digest == digest and 'sent' or 'conflict'
elseif isEnded(run) then
  kind = 'over'
elseif count >= tonumber(maxUnread) or (count > 0 and length > tonumber(maxLength)) then
  kind = 'full'
else
  local changed = {}
  putInboxRecord(run, changed, {field = field, state = 'recorded', position = highest + 1, call = '""',
    hash = '""', digest = digest, json = json})
  saveInbox(runKey, run, changed)
end
redis.call('PUBLISH', channel, 'inbox')
return {kind, runWithDeletedAt(runKey, conversationKey)}
`);

/**
 * KEYS  1 runs with left messages
 * ARGV  1 time · 2 limit
 * Returns  work items, of the run that ended first to the last
 */
export const listLeftScript = lua("return redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)");

/**
 * A run with left messages. Drops the work item of one that has none, or is gone.
 *
 * KEYS  1 runs with left messages · 2 run · 3 conversation
 * ARGV  1 time · 2 work item
 * Returns  the run · nothing if it has none
 */
export const readLeftScript = lua(String.raw`
local run = loadRun(KEYS[2])
if not run or not isEnded(run) or not hasUnread(run, 'message') then
  redis.call('ZREM', KEYS[1], ARGV[2])
  return {}
end
return runWithDeletedAt(KEYS[2], KEYS[3], run.flat)
`);

/**
 * `RunStore.dropMessage`.
 *
 * KEYS  1 runs with left messages · 2 run
 * ARGV  1 time · 2 the message's field · 3 work item
 * Returns  1
 */
export const dropMessageScript = lua(String.raw`
local run = loadRun(KEYS[2])
if not run or not isEnded(run) then return 1 end
local changed = {}
for _, record in ipairs(inboxOf(run)) do
  if record.field == ARGV[2] and record.state == 'recorded' then
    record.state = 'written'
    putInboxRecord(run, changed, record)
  end
end
saveInbox(KEYS[2], run, changed)
if not hasUnread(run, 'message') then redis.call('ZREM', KEYS[1], ARGV[3]) end
return 1
`);
