import { lua } from "./lua.ts";

/**
 * `RunStore.append`, by core/append-rules.ts. The hot path.
 *
 * KEYS  1 run · 2 log · 3 fold · 4 live runs
 * ARGV  1 time · 2 call · 3 epoch · 4 token · 5 lease ms · 6 work item · 7 channel ·
 *       8 seq of the last progress or 0 · 9 fold's seq · 10 fold's JSON, both "" for none ·
 *       11 how many changes of the inbox · 12… those (codec/inbox.ts), then events
 * Returns  "ok", "dup", "fenced", "closed" or "gap", as a lease reply
 */
export const appendScript = lua(String.raw`
local runKey, log, fold, liveRuns = unpack(KEYS)
local _, call, epoch, token, leaseMs, workItem, channel, progress, foldSeq, foldJson, changes = unpack(ARGV, 1, 11)
local now = storeTime()
local run = changes == '0' and loadAppendedRun(runKey) or loadRun(runKey)
if not holdsLease(run, epoch, token) then return leaseReply('fenced', run) end -- A1
local kind, added = judgeAppend(run, 12 + 4 * changes)
if kind == 'dup' and run.call == call then kind = 'ok' end
if (kind ~= 'ok' and kind ~= 'dup') or isEnded(run) then return leaseReply(kind, run) end
if changes ~= '0' then saveInbox(runKey, run, changedInbox(run, 12, changes)) end
storeEvents(log, epoch, added)
local head = run.head + #added
local leaseUntil = integer(now + tonumber(leaseMs))
redis.call('HSET', runKey, 'head', integer(head), 'leaseUntil', leaseUntil,
  'continuations', tonumber(progress) > run.head and '0' or integer(run.continuations),
  'call', #added > 0 and call or run.call)
renewWorkItem(liveRuns, workItem, run, leaseUntil)
if foldSeq ~= '' and tonumber(foldSeq) <= head then
  -- One that cannot be read is left alone: the log is enough.
  local seq = redis.pcall('HGET', fold, 'seq') or '0'
  if type(seq) == 'string' and tonumber(foldSeq) > (tonumber(seq) or 0) then
    redis.call('HSET', fold, 'seq', foldSeq, 'json', foldJson)
  end
end
if #added > 0 then redis.call('PUBLISH', channel, 'log') end
return leaseReply(kind, run, head)
`);

/**
 * `RunStore.finish`, by core/append-rules.ts.
 *
 * KEYS  1 run · 2 log · 3 live runs · 4 conversation · 5 order · 6 messages ·
 *       7 list of the user of ARGV[11] · 8 pieces · 9 runs with left messages
 * ARGV  1 time · 2 call · 3 epoch · 4 token · 5 status · 6 answer's id, "" for none · 7 answer ·
 *       8 whether it can be continued · 9 work item · 10 channel · 11 user id ·
 *       12 in how many pieces the answer was sent before, 0: it is 7 · 13 whether messages may be left ·
 *       14 how many changes of the inbox · 15… those, then events
 * Returns  as append, of an end with whether questions wait, "stopping", "unread" · "moved" and the
 *       conversation's user, if that is another
 */
export const finishScript = lua(String.raw`
local runKey, log, liveRuns, conversationKey, order, messages, list, pieces, left = unpack(KEYS)
local _, call, epoch, token, status, messageId, message, isContinuable = unpack(ARGV, 1, 8)
local workItem, channel, user, count, leavesMessages, changes = unpack(ARGV, 9, 14)
local now = integer(storeTime())
local run = loadRun(runKey)
if not holdsLease(run, epoch, token) then return leaseReply('fenced', run) end -- A1
local kind, added = judgeAppend(run, 15 + 4 * changes)
if kind == 'dup' then
  if not isEnded(run) then return leaseReply('gap', run) end -- A5
  return endReply(run.call == call and 'ok' or 'dup', run, run.head, conversationKey)
end
if kind ~= 'ok' then return leaseReply(kind, run) end
if run.stop ~= '' and status ~= 'stopped' then return leaseReply('stopping', run) end -- A6
local inbox = changedInbox(run, 15, changes)
if status == 'finished' and leavesMessages ~= '1' and hasUnread(run, 'message') then
  return leaseReply('unread', run) -- N6
end
local conversation = loadIfReadable(loadConversation, conversationKey)
if conversation and conversation.owner ~= user then return {'moved', conversation.owner} end
if count ~= '0' then
  local found = {}
  for nth = 1, tonumber(count) do
    local piece = redis.call('HGET', pieces, call .. ' ' .. nth)
    -- They have expired, or a failover lost them: the same call sends them again.
    if not piece then error('RIVULET-PIECES') end
    found[nth] = piece
  end
  message = table.concat(found)
  redis.call('DEL', pieces)
end
-- Whatever else is damaged, the run ends: nobody may wait for it.
pcall(storeEvents, log, epoch, added)
local head = run.head + #added
redis.call('HSET', runKey, 'head', integer(head), 'status', status, 'leaseUntil', '0', 'holder', '',
  'brokeOff', isContinuable, 'call', call)
redis.pcall('ZREM', liveRuns, workItem)
closeApprovals(run, inbox)
saveInbox(runKey, run, inbox)
if hasUnread(run, 'message') then redis.pcall('ZADD', left, now, workItem) end
if conversation then
  if messageId ~= '' and redis.pcall('HSET', messages, messageId, message) == 1 then
    redis.pcall('RPUSH', order, messageId)
  end
  redis.call('HSET', conversationKey, 'updatedAt', now, 'writer', run.id,
    'active', conversation.active == run.id and '' or conversation.active)
  if conversation.deletedAt == 0 then redis.pcall('ZADD', list, now, conversation.id) end
end
redis.call('PUBLISH', channel, 'log')
return endReply('ok', run, head, conversationKey)
`);

/**
 * A piece of an answer, for `finishScript`.
 *
 * KEYS  1 pieces
 * ARGV  1 time · 2 call · 3 which one, from 1 · 4 its text
 * Returns  1
 */
export const sendPieceScript = lua(String.raw`
redis.call('HSET', KEYS[1], ARGV[2] .. ' ' .. ARGV[3], ARGV[4])
redis.call('EXPIRE', KEYS[1], '3600')
return 1
`);

/**
 * A saved message.
 *
 * KEYS  1 messages
 * ARGV  1 time · 2 message id
 * Returns  the message, or ""
 */
export const readMessageScript = lua("return {redis.call('HGET', KEYS[1], ARGV[2]) or ''}");

/**
 * `RunStore.requestStop`.
 *
 * KEYS  1 run · 2 live runs · 3 conversation
 * ARGV  1 time · 2 stop request · 3 work item · 4 channel
 * Returns  the run · nothing if there is none
 */
export const requestStopScript = lua(String.raw`
local runKey, liveRuns, conversationKey = unpack(KEYS)
local _, stop, workItem, channel = unpack(ARGV)
local run = loadRun(runKey)
if not run then return {} end
if not isEnded(run) then
  if run.stop == '' then
    redis.call('HSET', runKey, 'status', 'stopping', 'stop', stop, 'stopAt', integer(storeTime()))
    redis.pcall('ZADD', liveRuns, integer(run.leaseUntil), workItem)
  end
  -- Each time, not only the first: Stop may be pressed again because the first notice was lost.
  redis.call('PUBLISH', channel, 'stop')
end
return runWithDeletedAt(runKey, conversationKey)
`);
