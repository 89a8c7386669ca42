import { lua } from "./lua.ts";

/** What an unfinished copy leaves goes away by itself after a day, s. */
const forgottenAfter = 86_400;

/** KEYS: a name; ARGV: time, a fresh text. The text that this store had first in the last minutes. */
export const identityScript = lua(String.raw`
redis.call('SET', KEYS[1], ARGV[2], 'NX', 'EX', '600')
return {redis.call('GET', KEYS[1])}
`);

/** KEYS: conversations. Ends in an error where a newer build has written one. */
export const checkVersionsScript = lua(String.raw`
for _, key in ipairs(KEYS) do
  local version = redis.call('TYPE', key).ok == 'hash' and tonumber(redis.call('HGET', key, 'v'))
  if version and version > 1 then error('RIVULET-NEWER ' .. text(version) .. ' conversation') end
end
return {}
`);

/**
 * KEYS: 4 of the conversation, then 3 of each run; ARGV: time, entries to give at most. The conversation with
 * all but the rest of its logs; "runs" and the ids if the keys are not those of all its runs.
 */
export const readArchiveScript = lua(String.raw`
local conversationKey, order, messages, runs = unpack(KEYS, 1, 4)
local conversation = loadConversation(conversationKey)
if not conversation then return {} end
local ids = redis.call('SMEMBERS', runs)
if #ids ~= (#KEYS - 4) / 3 then return {'runs', ids} end
local left = tonumber(ARGV[2])
local joined, texts, found = redis.call('LRANGE', order, 0, -1), {}, {}
for at, id in ipairs(joined) do texts[at] = redis.call('HGET', messages, id) or '' end
for at = 5, #KEYS, 3 do
  local run = loadRun(KEYS[at])
  if not run then error('RIVULET-DAMAGED run') end
  local log = entries(KEYS[at + 1], 0, math.min(left, run.head))
  left = left - #log / 3
  local fold = redis.call('HMGET', KEYS[at + 2], 'seq', 'json')
  found[#found + 1] = {run.flat, fold[1] or '', fold[2] or '', log}
end
return {'found', conversation.flat, joined, texts, found}
`);

/** KEYS: a log; ARGV: time, seq, limit. The entries after it. */
export const readEntriesScript = lua("return entries(KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]))");

/**
 * KEYS: the copy's name and its runs. What an earlier copy of the conversation that did not come to its end
 * has left.
 */
export const leftoversScript = lua(
  "return {redis.call('GET', KEYS[1]) or '', redis.call('SMEMBERS', KEYS[2])}",
);

/**
 * KEYS: the conversation, the copy's name, everything that an earlier copy has left; ARGV: time, the copy's
 * token. "begun" or "there".
 */
export const beginCopyScript = lua(String.raw`
if redis.call('EXISTS', KEYS[1]) == 1 then return {'there'} end
-- The same call again, because its answer was lost.
if redis.call('GET', KEYS[2]) == ARGV[2] then return {'begun'} end
for at = 3, #KEYS do redis.call('DEL', KEYS[at]) end
redis.call('SET', KEYS[2], ARGV[2], 'EX', '${forgottenAfter}')
return {'begun'}
`);

const kept = String.raw`
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return {'lost'} end
local function keep(key) redis.call('EXPIRE', key, '${forgottenAfter}') end
`;

/** KEYS: the copy's name, order, messages; ARGV: time, token, how many are there, ids and texts in turn. */
export const copyMessagesScript = lua(String.raw`${kept}
if redis.call('LLEN', KEYS[2]) == tonumber(ARGV[3]) then
  for at = 4, #ARGV, 2 do
    redis.call('RPUSH', KEYS[2], ARGV[at])
    redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1])
  end
  keep(KEYS[2])
  keep(KEYS[3])
end
return {'ok'}
`);

/**
 * KEYS: the copy's name, runs, a run and its fold; ARGV: time, token, run, the fold's seq and JSON, fields.
 */
export const copyRunScript = lua(String.raw`${kept}
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[3], unpack(ARGV, 6))
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[4], 'seq', ARGV[4], 'json', ARGV[5])
  keep(KEYS[4])
end
keep(KEYS[2])
keep(KEYS[3])
return {'ok'}
`);

/** KEYS: the copy's name, a log; ARGV: time, token, seq, epoch and JSON in turn. Leaves out what is there. */
export const copyEntriesScript = lua(String.raw`${kept}
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', '1')[1]
local head = last and tonumber(string.sub(last[1], 3)) or 0
for at = 3, #ARGV, 3 do
  if tonumber(ARGV[at]) > head then
    redis.call('XADD', KEYS[2], '0-' .. ARGV[at], 'e', ARGV[at + 1], 'j', ARGV[at + 2])
  end
end
keep(KEYS[2])
return {'ok'}
`);

// The keys from `first` to `last` are a run and its pointer in turn; from ARGV[member] on stand their live
// members.
const enter = String.raw`
local function enter(conversation, index, deleted, live, place, first, last, member)
  if conversation.deletedAt == 0 then
    redis.call('ZADD', index, text(conversation.updatedAt), conversation.id)
    redis.call('ZREM', deleted, conversation.id)
  else
    redis.call('ZADD', deleted, text(conversation.deletedAt), conversation.id)
    redis.call('ZREM', index, conversation.id)
  end
  local count = 0
  for at = first, last, 2 do
    local isRead, run = pcall(loadRun, KEYS[at])
    if isRead and run then
      count = count + 1
      redis.call('SET', KEYS[at + 1], place)
      if isOver(run) or run.status == 'waiting' then
        redis.call('ZREM', live, ARGV[member])
      else
        redis.call('ZADD', live, text(run.leaseUntil), ARGV[member])
      end
    end
    member = member + 1
  end
  return count
end
`;

/**
 * KEYS: the copy's name, order, messages, runs; the conversation, order, messages, runs; index, deleted,
 * live; a run and its pointer for each run; of each run its copied record, log and fold and its own log and
 * fold. ARGV: time, token, messages, whereabouts, runs, live members, then the conversation's fields. Makes
 * the copy the conversation: "written", "there", "elsewhere" if one of its runs belongs to another, or "lost"
 * if the copy is not whole.
 */
export const endCopyScript = lua(String.raw`${kept}${enter}
local conversationKey, index, deleted, live = KEYS[5], KEYS[9], KEYS[10], KEYS[11]
local messages, place, count = tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
if redis.call('EXISTS', conversationKey) == 1 then return {'there'} end
if redis.call('LLEN', KEYS[2]) ~= messages or redis.call('HLEN', KEYS[3]) ~= messages then return {'lost'} end
if redis.call('SCARD', KEYS[4]) ~= count then return {'lost'} end
local last = 11 + 2 * count
for nth = 0, count - 1 do
  local known = redis.call('GET', KEYS[13 + 2 * nth])
  if known and known ~= place then return {'elsewhere'} end
  local staged = last + 1 + 5 * nth
  if redis.call('XLEN', KEYS[staged + 1]) ~= tonumber(redis.call('HGET', KEYS[staged], 'head')) then return {'lost'} end
end
local function move(from, to)
  redis.call('DEL', to)
  if redis.call('EXISTS', from) == 0 then return end
  redis.call('RENAME', from, to)
  redis.call('PERSIST', to)
end
for at = 2, 4 do move(KEYS[at], KEYS[at + 4]) end
for nth = 0, count - 1 do
  local staged = last + 1 + 5 * nth
  move(KEYS[staged], KEYS[12 + 2 * nth])
  move(KEYS[staged + 1], KEYS[staged + 3])
  move(KEYS[staged + 2], KEYS[staged + 4])
end
redis.call('HSET', conversationKey, unpack(ARGV, 6 + count))
enter(loadConversation(conversationKey), index, deleted, live, place, 12, last, 6)
redis.call('DEL', KEYS[1])
return {'written'}
`);

/**
 * KEYS: the conversation, index, deleted, live, then a run and its pointer in turn; ARGV: time, owner,
 * whereabouts, live members. How many runs can be found again; nothing if it has become another's or is gone.
 */
export const rebuildScript = lua(String.raw`${enter}
local conversation = loadConversation(KEYS[1])
if not conversation or conversation.owner ~= ARGV[2] then return {} end
return {text(enter(conversation, KEYS[2], KEYS[3], KEYS[4], ARGV[3], 5, #KEYS, 4))}
`);

/** KEYS: an owner's index; ARGV: time, cursor. A part of its members, with the cursor of the next. */
export const indexScript = lua("return redis.call('ZSCAN', KEYS[1], ARGV[2], 'COUNT', '200')");

/**
 * KEYS: an owner's index, then conversations; ARGV: time, the owner, their ids. Takes those out that are not
 * this owner's or not there, and says how many.
 */
export const clearIndexScript = lua(String.raw`
local count = 0
for at = 2, #KEYS do
  local isRead, conversation = pcall(loadConversation, KEYS[at])
  local belongs = not isRead or (conversation and conversation.owner == ARGV[2] and conversation.deletedAt == 0)
  if not belongs then count = count + redis.call('ZREM', KEYS[1], ARGV[at + 1]) end
end
return {text(count)}
`);

/** Sessions and their owners, empty for one that is logged out. */
export const readSessionsScript = lua(String.raw`
return redis.call('HGETALL', KEYS[1])
`);

/**
 * KEYS: the sessions, then of each session given those of its owner; ARGV: time, then a session and its owner
 * each.
 */
export const addSessionsScript = lua(String.raw`
for place = 2, #KEYS do
  local session, owner = ARGV[place * 2 - 2], ARGV[place * 2 - 1]
  if redis.call('HSETNX', KEYS[1], session, owner) == 1 and owner ~= '' then
    redis.call('SADD', KEYS[place], session)
  end
end
return 1
`);
