import { luaRecords } from "../codec/lua-records.ts";

const luaRules = String.raw`
local function storeTime()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function indexQueue(index, id, due)
  if due == '2' or due == '3' then
    redis.pcall('ZADD', index, integer(storeTime()), id)
  else
    redis.pcall('ZREM', index, id)
  end
end

-- core/lease-rules.ts L6.
local function holdsLease(run, epoch, token)
  return run and token ~= '' and run.token == token and integer(run.epoch) == epoch
end

-- What lease-reply.ts decodes.
local function leaseReply(kind, run, head)
  if not run then return {kind, '0', '', '0'} end
  local reply = {kind, integer(head or run.head), run.stop, integer(run.stopAt)}
  if run.unread and run.unread ~= '0' then reply[5] = unreadOf(run) end
  return reply
end

-- The same to whom has ended the run, with whether questions wait in its conversation.
local function endReply(kind, run, head, conversationKey)
  local reply = leaseReply(kind, run, head)
  reply[5] = reply[5] or {}
  local due = redis.pcall('HGET', conversationKey, 'queueDue')
  reply[6] = type(due) == 'string' and due ~= '0' and '1' or ''
  return reply
end

-- core/inbox-rules.ts N1, N3, N4, for the changes from ARGV[first] on: seq, what it does, and two texts for
-- that, in turn; those of events that are in the log already are passed over. Changes the run as it is loaded;
-- returns the fields to be saved.
local function changedInbox(run, first, count)
  local changed = {}
  for at = first, first + 4 * tonumber(count) - 1, 4 do
    local verb, name, text = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
    if tonumber(ARGV[at]) > run.head then
      local state = string.match(run[name] or '', '^%a+')
      if verb == 'request' and state ~= 'open' and state ~= 'recorded' then
        run[name], changed[name] = text, text
      elseif verb == 'written' and not state then
        putInboxRecord(run, changed,
          {field = name, state = 'written', position = 0, call = '""', hash = '""', digest = text})
      elseif verb ~= 'request' then
        for _, record in ipairs(inboxOf(run)) do
          if verb == 'answered' and record.state == 'open' and record.call == text then
            record.state = 'closed'
            putInboxRecord(run, changed, record)
          elseif verb == 'written' and record.field == name and record.state ~= 'written' then
            record.state = 'written'
            if record.digest == '' then record.digest = text end
            putInboxRecord(run, changed, record)
          end
        end
      end
    end
  end
  return changed
end

-- N4, for a run that ends.
local function closeApprovals(run, changed)
  for _, record in ipairs(inboxOf(run)) do
    if record.kind == 'approval' and (record.state == 'open' or record.state == 'recorded') then
      record.state = 'closed'
      putInboxRecord(run, changed, record)
    end
  end
end

-- Puts a queue in the place of a conversation's, and keeps that where a sweep finds it (core/queue-due.ts).
local function putQueue(conversationKey, index, id, version, queue, due)
  redis.call('HSET', conversationKey, 'queue', queue, 'queueVersion', version, 'queueDue', due)
  indexQueue(index, id, due)
end

-- core/append-rules.ts A2 to A4, for the events from ARGV[first] on: seq and JSON in turn. Also returns
-- where in ARGV those are that are not in the log yet.
local function judgeAppend(run, first)
  local added = {}
  for index = first, #ARGV, 2 do
    if tonumber(ARGV[index]) > run.head then added[#added + 1] = index end
  end
  if #added == 0 then return 'dup', added end
  if isEnded(run) then return 'closed', added end
  for position, index in ipairs(added) do
    if tonumber(ARGV[index]) ~= run.head + position then return 'gap', added end
  end
  return 'ok', added
end

local function storeEvents(log, epoch, added)
  for _, index in ipairs(added) do addEntry(log, ARGV[index], epoch, ARGV[index + 1]) end
end

-- What a read of a log returns: see readLogScript (read.ts).
local function readLog(run, log, epoch, seq, limit)
  -- The event at the cursor is read too, to compare its epoch with what the reader saw.
  local isChecked = epoch ~= '' and tonumber(seq) > 0
  local extra = isChecked and 1 or 0
  local found = readEntries(log, tonumber(seq) - extra, tonumber(limit) + extra)
  if isChecked then
    if found[1] ~= '0-' .. seq or found[2] ~= epoch then return {'gone'} end
    for _ = 1, 3 do table.remove(found, 1) end
  end
  -- A reader that gets new entries need not know whether somebody writes: most reads do without the time.
  local leaseLeft = ''
  if run.leaseUntil ~= 0 and (#found == 0 or tonumber(seq) == 0) then
    leaseLeft = integer(run.leaseUntil - storeTime())
  end
  return {'log', integer(run.head), run.status, run.stop, integer(run.stopAt), found, leaseLeft}
end

-- The list of live runs is sorted by the end of their leases, in steps: most appends need not touch it. An
-- item lies up to one step before the end of its lease.
local listStepMs = 4000

local function renewWorkItem(liveRuns, workItem, run, leaseUntil)
  if math.floor(run.leaseUntil / listStepMs) ~= math.floor(tonumber(leaseUntil) / listStepMs) then
    redis.pcall('ZADD', liveRuns, leaseUntil, workItem)
  end
end
`;

/** Each may use those before it. */
const functions = `${luaRecords}${luaRules}`.split(/\n{2,}/).map((source) => ({
  source,
  name: /^local (?:function )?(\w+)/m.exec(source)?.[1] ?? "",
}));

/**
 * A script of this store: `body` behind the functions that it uses, and no others, because Redis creates
 * them at every call. Ids and texts are passed as KEYS and ARGV only. `ARGV[1]` is the store's time in ms;
 * empty, as servers pass it, for the time of Redis.
 */
export function lua(body: string): string {
  let script = body.trim();
  for (const { name, source } of functions.toReversed()) {
    if (new RegExp(`\\b${name}\\b`).test(script)) script = `${source.trim()}\n${script}`;
  }
  return script;
}
