/**
 * The half of the codec that scripts need: functions in Lua, with an empty line between any two of them. A
 * record that is damaged, or that a newer build wrote, ends the script before it writes anything.
 */
export const luaRecords = String.raw`
local function integer(number) return string.format('%.0f', number) end

-- Ends the script unless the record has what it must have; makes numbers of its numbers.
local function checkRecord(record, kind, texts, numbers)
  local version = tonumber(record.v)
  if version and version > 1 then error('RIVULET-NEWER ' .. record.v .. ' ' .. kind) end
  if version ~= 1 then error('RIVULET-DAMAGED ' .. kind) end
  for _, name in ipairs(texts) do
    if not record[name] then error('RIVULET-DAMAGED ' .. kind) end
  end
  for _, name in ipairs(numbers) do
    local number = tonumber(record[name])
    if not number then error('RIVULET-DAMAGED ' .. kind) end
    record[name] = number
  end
  return record
end

-- A hash: its fields by name, some of which must be there, some be numbers, and "flat", as it is stored. Nil:
-- there is none.
local function loadRecord(key, kind, texts, numbers)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return nil end
  local record = {}
  for index = 1, #flat, 2 do record[flat[index]] = flat[index + 1] end
  record.flat = flat
  return checkRecord(record, kind, texts, numbers)
end

local function loadRun(key)
  return loadRecord(key, 'run', {'owner', 'status', 'token', 'stop'},
    {'epoch', 'head', 'createdAt', 'leaseUntil', 'stopAt', 'continuations'})
end

-- The part of a run that an append needs, which costs half of all of it; all of it where persons have sent
-- something that is in no log yet.
local function loadAppendedRun(key)
  local found = redis.call('HMGET', key, 'v', 'status', 'token', 'stop', 'epoch', 'head', 'leaseUntil', 'stopAt',
    'continuations', 'call', 'unread')
  if not found[1] or (found[11] and found[11] ~= '0') then return loadRun(key) end
  local run = {v = found[1], status = found[2], token = found[3], stop = found[4], epoch = found[5],
    head = found[6], leaseUntil = found[7], stopAt = found[8], continuations = found[9], call = found[10]}
  return checkRecord(run, 'run', {'status', 'token', 'stop'},
    {'epoch', 'head', 'leaseUntil', 'stopAt', 'continuations'})
end

-- What persons have sent into a run (inbox.ts): its records, each with its field.
local function inboxOf(run)
  local records = {}
  for field, text in pairs(run) do
    local kind = string.match(field, '^(%a+):"')
    if kind == 'approval' or kind == 'message' then
      local state, position, call, hash, digest, json =
        string.match(text, '^(%a+)\n(%d+)\n(.-)\n(.-)\n(.-)\n(.*)$')
      if not state then error('RIVULET-DAMAGED run') end
      records[#records + 1] = {field = field, kind = kind, state = state, position = tonumber(position),
        call = call, hash = hash, digest = digest, json = json}
    end
  end
  return records
end

-- Puts a record into the run, as it is loaded, and among the fields that are changed.
local function putInboxRecord(run, changed, record)
  local text = table.concat({record.state, integer(record.position), record.call, record.hash, record.digest,
    record.state == 'recorded' and record.json or ''}, '\n')
  run[record.field], changed[record.field] = text, text
end

-- Writes the fields that are changed, and counts what is in no log yet.
local function saveInbox(key, run, changed)
  if next(changed) == nil then return end
  local count = 0
  for _, record in ipairs(inboxOf(run)) do
    if record.state == 'recorded' then count = count + 1 end
  end
  run.unread = integer(count)
  local fields = {'unread', run.unread}
  for field, text in pairs(changed) do
    fields[#fields + 1] = field
    fields[#fields + 1] = text
  end
  redis.call('HSET', key, unpack(fields))
end

-- The JSON of what is in no log yet, oldest first.
local function unreadOf(run)
  local records, texts = {}, {}
  for _, record in ipairs(inboxOf(run)) do
    if record.state == 'recorded' then records[#records + 1] = record end
  end
  table.sort(records, function(one, other) return one.position < other.position end)
  for index, record in ipairs(records) do texts[index] = record.json end
  return texts
end

local function hasUnread(run, kind)
  for _, record in ipairs(inboxOf(run)) do
    if record.kind == kind and record.state == 'recorded' then return true end
  end
  return false
end

local function loadConversation(key)
  return loadRecord(key, 'conversation', {'owner', 'active'}, {'createdAt', 'updatedAt', 'deletedAt'})
end

-- "" stands for none, which has no field: as in the records of older builds.
local function setChoices(key, choices)
  if choices == '' then redis.call('HDEL', key, 'choices') else redis.call('HSET', key, 'choices', choices) end
end

-- Nil also for a record that is damaged, or of a newer build.
local function loadIfReadable(load, key)
  local isRead, record = pcall(load, key)
  return isRead and record or nil
end

local endedStatuses = {finished = true, failed = true, stopped = true, interrupted = true}

local function isEnded(run) return endedStatuses[run.status] == true end

-- The run as decodeRun (run.ts) takes it: as it is now, or as it was read if the script has changed nothing.
local function runWithDeletedAt(runKey, conversationKey, flat)
  flat = flat or redis.call('HGETALL', runKey)
  flat[#flat + 1] = 'deletedAt'
  flat[#flat + 1] = redis.call('HGET', conversationKey, 'deletedAt') or '0'
  return flat
end

-- The log's entries after a seq, as decodeEntries (log.ts) takes them.
local function readEntries(log, after, limit)
  local found = {}
  if limit < 1 then return found end
  local first = '0-' .. integer(after + 1)
  for _, entry in ipairs(redis.call('XRANGE', log, first, '+', 'COUNT', integer(limit))) do
    found[#found + 1] = entry[1]
    found[#found + 1] = entry[2][2] or ''
    found[#found + 1] = entry[2][4] or ''
  end
  return found
end

local function addEntry(log, seq, epoch, json) redis.call('XADD', log, '0-' .. seq, 'e', epoch, 'j', json) end

-- What encodeMessage (message.ts) writes for a question, from what encodeQuestion gives. An empty parentId
-- stands for none.
local function questionRecord(createdAt, parentId, question)
  return '{"v":1,"createdAt":' .. createdAt .. ',"parentId":' ..
    (parentId == '' and 'null' or cjson.encode(parentId)) .. ',"value":' .. question .. '}'
end

-- The two ids, still escaped, of a text of id-pairs.ts.
local function decodePair(pair) return string.match(pair, '^(%S+) (%S+)$') end

-- The text of a transfer code: when it expires, the session that used it or '-', its user.
local function decodeTransfer(text)
  if not text then return nil end
  local expires, usedBy, user = string.match(text, '^(%d+) (%S+) (%S+)$')
  if not user then error('RIVULET-DAMAGED transfer') end
  return {expires = tonumber(expires), usedBy = usedBy, user = user}
end

local function encodeTransfer(transfer)
  return integer(transfer.expires) .. ' ' .. transfer.usedBy .. ' ' .. transfer.user
end

-- The field of a note: see note.ts. The text of one that is damaged is all of it.
local function encodeNote(updatedAt, text) return '1 ' .. integer(updatedAt) .. ' ' .. text end

local function noteText(field) return string.match(field, '^1 %d+ (.*)$') or field end

-- How many sessions of a user are not logged out. The one whose hash is the user's id has no field until it
-- joins another user or is logged out.
local function countSessions(sessions, sessionsOf, user)
  return redis.call('SCARD', sessionsOf) + (redis.call('HEXISTS', sessions, user) == 0 and 1 or 0)
end

-- The user's codes are indexed, but those of an earlier build: where there are few, all are looked at.
local function forTransfersOf(transfers, transfersOf, user, each)
  local function judge(code, text)
    local transfer = decodeTransfer(text)
    if transfer and transfer.user == user then each(code, transfer) end
  end
  if redis.call('HLEN', transfers) > 200 then
    for _, code in ipairs(redis.call('SMEMBERS', transfersOf)) do judge(code, redis.call('HGET', transfers, code)) end
    return
  end
  local flat = redis.call('HGETALL', transfers)
  for index = 1, #flat, 2 do judge(flat[index], flat[index + 1]) end
end
`;
