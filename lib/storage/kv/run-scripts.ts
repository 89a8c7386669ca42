import { lua } from "./lua.ts";

/**
 * One script a step of `RunStore`: one call, atomic, and safe to repeat. `call` is the caller's own number of
 * a step that changes something: the same call again, because its answer was lost on the way, gets the answer
 * of the first.
 */

/**
 * ARGV: time, call, run, conversation, owner, body, message, parent run, about, title, kind, question's id
 * and JSON, the newest message it was asked under ("?": any), whereabouts, live member, channel, and of the
 * holder that is to have it from the start ("" for none): token, lease ms, holder.
 */
export const createRunScript = lua(String.raw`
local pointer, conversationKey, order, messages, runs, runKey, index, live, askedKey = unpack(KEYS)
local _, call, runId, conversationId, owner, body, message, parent, about, title, kind, question, json, under, whereabouts, member, channel, token, lease, holder = unpack(ARGV)
local at = clock()
local conversation = loadConversation(conversationKey)
if conversation and conversation.owner == owner and conversation.deletedAt > 0 then return {'gone'} end
local place = redis.call('GET', pointer)
if place and place ~= whereabouts then return {'elsewhere', place} end
local known = loadRun(runKey)
if known then
  if known.owner ~= owner then return {'not-found'} end
  if known.body ~= body then return {'conflict', described(runKey, conversationKey)} end
  return {known.call == call and 'created' or 'exists', described(runKey, conversationKey),
    token ~= '' and known.token == token and 'held' or ''}
end
if conversation then
  if conversation.owner ~= owner then return {'not-found'} end
  if conversation.active ~= '' then return {'busy', conversation.active} end
end
local newest = redis.call('LINDEX', order, -1) or ''
if kind == 'message' then
  if under ~= '?' and under ~= newest then return {'stale'} end
else
  local asked = loadRun(askedKey)
  if not asked or asked.owner ~= owner then return {'not-found'} end
  question = asked.question
  if kind == 'continue' then
    -- The last run to end wrote the newest answer: any other's is older, or was continued since.
    if newest ~= asked.message or not conversation or conversation.writer ~= asked.id then return {'stale'} end
    if asked.brokeOff ~= '1' then return {'complete'} end
    message, parent = asked.message, asked.id
  end
end
local isHeld = token ~= ''
local untilAt = isHeld and text(at + tonumber(lease)) or '0'
redis.call('HSET', runKey, 'v', '1', 'id', runId, 'conversation', conversationId, 'owner', owner, 'body', body,
  'message', message, 'question', question, 'parent', parent, 'about', about,
  'status', isHeld and 'running' or 'queued', 'epoch', isHeld and '1' or '0', 'head', '0', 'createdAt', text(at),
  'leaseUntil', untilAt, 'token', token, 'suspended', '', 'holder', holder, 'stop', '', 'stopAt', '0',
  'continuations', '0', 'brokeOff', '', 'call', call)
redis.call('SADD', runs, runId)
redis.call('SET', pointer, whereabouts)
if kind == 'message' then
  redis.call('HSET', messages, question, '{"v":1,"createdAt":' .. text(at) .. ',"parentId":' ..
    (newest == '' and 'null' or cjson.encode(newest)) .. ',"value":' .. json .. '}')
  redis.call('RPUSH', order, question)
end
if conversation then
  redis.call('HSET', conversationKey, 'updatedAt', text(at), 'active', runId)
else
  redis.call('HSET', conversationKey, 'v', '1', 'id', conversationId, 'owner', owner, 'title', title, 'byHand', '0',
    'createdAt', text(at), 'updatedAt', text(at), 'active', runId, 'deletedAt', '0', 'writer', '')
end
redis.call('ZADD', index, text(at), conversationId)
redis.call('ZADD', live, untilAt, member)
redis.call('PUBLISH', channel, 'log')
return {'created', described(runKey, conversationKey), isHeld and 'held' or ''}
`);

/**
 * ARGV: time, token, epoch it is claimed from, lease ms, holder, dead holder, ms an epoch, live member,
 * channel.
 */
export const claimScript = lua(String.raw`
local runKey, live, conversationKey = unpack(KEYS)
local _, token, from, lease, holder, dead, unit, member, channel = unpack(ARGV)
local at = clock()
local run = loadRun(runKey)
if not run or isOver(run) then return {} end
local untilAt = text(at + tonumber(lease))
if run.token == token then
  redis.call('HSET', runKey, 'leaseUntil', untilAt)
  redis.call('ZADD', live, untilAt, member)
  return described(runKey, conversationKey)
end
if text(run.epoch) ~= from or run.status == 'waiting' then return {} end
if run.leaseUntil > at and not (dead ~= '' and run.holder == dead) then return {} end
-- A failover may have lost a claim: time makes sure that its epoch is not given out again.
local epoch = math.max(run.epoch + 1, math.floor((at - run.createdAt) / tonumber(unit)))
redis.call('HSET', runKey, 'epoch', text(epoch), 'token', token, 'leaseUntil', untilAt, 'holder', holder,
  'continuations', text(run.continuations + (run.token == '' and 0 or 1)),
  'status', run.status == 'queued' and 'running' or run.status)
redis.call('ZADD', live, untilAt, member)
redis.call('PUBLISH', channel, 'log')
return described(runKey, conversationKey)
`);

/**
 * ARGV: time, call, epoch, token, lease ms, live member, channel, seq of the last finish-step, the fold's seq
 * and JSON, events.
 */
export const appendScript = lua(String.raw`
local runKey, log, fold, live = unpack(KEYS)
local _, call, epoch, token, lease, member, channel, step, foldSeq, foldJson = unpack(ARGV, 1, 10)
local at = clock()
local run = loadRun(runKey)
if not isHeld(run, epoch, token) then return answer('fenced', run) end
local kind, fresh = judge(run, 11)
if kind == 'dup' and run.call == call then kind = 'ok' end
if (kind ~= 'ok' and kind ~= 'dup') or isOver(run) then return answer(kind, run) end
store(log, epoch, fresh)
local head = run.head + #fresh
local untilAt = text(at + tonumber(lease))
redis.call('HSET', runKey, 'head', text(head), 'leaseUntil', untilAt,
  'continuations', tonumber(step) > run.head and '0' or text(run.continuations),
  'call', #fresh > 0 and call or run.call)
relist(live, member, run, untilAt)
if foldSeq ~= '' and tonumber(foldSeq) <= head then
  local seq = tonumber(redis.call('HGET', fold, 'seq') or '0')
  if tonumber(foldSeq) > seq then redis.call('HSET', fold, 'seq', foldSeq, 'json', foldJson) end
end
if #fresh > 0 then redis.call('PUBLISH', channel, 'log') end
return answer(kind, run, head)
`);

/** ARGV: time, epoch, token, lease ms, live member. */
export const heartbeatScript = lua(String.raw`
local runKey, live = unpack(KEYS)
local _, epoch, token, lease, member = unpack(ARGV)
local run = loadRun(runKey)
if not isHeld(run, epoch, token) then return answer('fenced', run) end
if isOver(run) then return answer('closed', run) end
local untilAt = text(clock() + tonumber(lease))
redis.call('HSET', runKey, 'leaseUntil', untilAt)
relist(live, member, run, untilAt)
return answer('ok', run)
`);

/** ARGV: time, call, epoch, token, to, live member, channel. */
export const suspendScript = lua(String.raw`
local runKey, live = unpack(KEYS)
local _, call, epoch, token, to, member, channel = unpack(ARGV)
local run = loadRun(runKey)
if run and text(run.epoch) == epoch and run.suspended == token then
  return answer(run.call == call and 'ok' or 'dup', run)
end
if not isHeld(run, epoch, token) then return answer('fenced', run) end
if isOver(run) then return answer('closed', run) end
if run.stop ~= '' then return answer('decided', run) end
redis.call('HSET', runKey, 'status', to, 'suspended', token, 'token', '', 'leaseUntil', '0', 'holder', '', 'call', call)
if to == 'waiting' then redis.call('ZREM', live, member) else redis.call('ZADD', live, '0', member) end
redis.call('PUBLISH', channel, 'log')
return answer('ok', run)
`);

/**
 * ARGV: time, call, epoch, token, status, message's id and JSON, whether it broke off, live member, channel,
 * whose index is given, events. "moved": whose it should be.
 */
export const finishScript = lua(String.raw`
local runKey, log, live, conversationKey, order, messages, index = unpack(KEYS)
local _, call, epoch, token, status, message, json, brokeOff, member, channel, owner = unpack(ARGV, 1, 11)
local at = clock()
local run = loadRun(runKey)
if not isHeld(run, epoch, token) then return answer('fenced', run) end
local kind, fresh = judge(run, 12)
if kind == 'dup' then
  -- The log holds something else where the end should be: its owner must not believe that the run is over.
  if not isOver(run) then return answer('gap', run) end
  return answer(run.call == call and 'ok' or 'dup', run)
end
if kind ~= 'ok' then return answer(kind, run) end
if run.stop ~= '' and status ~= 'stopped' then return answer('stopping', run) end
local conversation = loadConversation(conversationKey)
if not conversation then error('RIVULET-DAMAGED conversation') end
if conversation.owner ~= owner then return {'moved', conversation.owner} end
store(log, epoch, fresh)
local head = run.head + #fresh
redis.call('HSET', runKey, 'head', text(head), 'status', status, 'leaseUntil', '0', 'holder', '',
  'brokeOff', brokeOff, 'call', call)
redis.call('ZREM', live, member)
if redis.call('HSET', messages, message, json) == 1 then redis.call('RPUSH', order, message) end
redis.call('HSET', conversationKey, 'updatedAt', text(at), 'writer', run.id,
  'active', conversation.active == run.id and '' or conversation.active)
if conversation.deletedAt == 0 then redis.call('ZADD', index, text(at), conversation.id) end
redis.call('PUBLISH', channel, 'log')
return answer('ok', run, head)
`);

/** ARGV: time, id. A saved message. */
export const readMessageScript = lua("return {redis.call('HGET', KEYS[1], ARGV[2]) or ''}");

/** ARGV: time, the stop as JSON, live member, channel. */
export const requestStopScript = lua(String.raw`
local runKey, live, conversationKey = unpack(KEYS)
local _, stop, member, channel = unpack(ARGV)
local run = loadRun(runKey)
if not run then return {} end
if not isOver(run) then
  if run.stop == '' then
    redis.call('HSET', runKey, 'status', 'stopping', 'stop', stop, 'stopAt', text(clock()))
    redis.call('ZADD', live, text(run.leaseUntil), member)
  end
  -- Rings each time: whoever presses Stop again may do so because the first bell was lost.
  redis.call('PUBLISH', channel, 'stop')
end
return described(runKey, conversationKey)
`);

/** What one run is. */
export const readRunScript = lua(String.raw`
local run = loadRun(KEYS[1])
if not run then return {} end
return described(KEYS[1], KEYS[2], run.flat)
`);

/** ARGV: time, epoch of the cursor or nothing, seq, limit. */
export const readLogScript = lua(String.raw`
local runKey, log = unpack(KEYS)
local _, epoch, seq, limit = unpack(ARGV)
local run = loadRun(runKey)
if not run then return {} end
local isChecked = epoch ~= '' and tonumber(seq) > 0
local found = entries(log, tonumber(seq) - (isChecked and 1 or 0), tonumber(limit) + (isChecked and 1 or 0))
if isChecked then
  if found[1] ~= '0-' .. seq or found[2] ~= epoch then return {'gone'} end
  for _ = 1, 3 do table.remove(found, 1) end
end
-- Whoever gets something new need not ask whether anybody is writing: most reads are spared the look at the clock.
local left = ''
if run.leaseUntil ~= 0 and (#found == 0 or tonumber(seq) == 0) then left = text(run.leaseUntil - clock()) end
return {'log', text(run.head), run.status, run.stop, text(run.stopAt), found, left}
`);

/** The run, its newest fold, and the entries after that. */
export const snapshotScript = lua(String.raw`
local runKey, log, fold, conversationKey = unpack(KEYS)
local run = loadRun(runKey)
if not run then return {} end
local seq = redis.call('HGET', fold, 'seq') or '0'
return {described(runKey, conversationKey, run.flat), seq, redis.call('HGET', fold, 'json') or '', entries(log, tonumber(seq), run.head)}
`);

/**
 * ARGV: time, "free" or "leased", limit. The store's time and the live runs of that kind, and some that are
 * not.
 */
export const liveScript = lua(String.raw`
local time = clock()
local at = text(time)
local from, to = '-inf', at
if ARGV[2] == 'leased' then from, to = '(' .. text(time - listedMs), '+inf' end
return {at, redis.call('ZRANGEBYSCORE', KEYS[1], from, to, 'LIMIT', '0', ARGV[3])}
`);

/**
 * KEYS: the live runs, then of each a run and its conversation; ARGV: time, then the members. Forgets those
 * that are over.
 */
export const readLiveScript = lua(String.raw`
local found = {}
for at = 2, #KEYS, 2 do
  -- A record that cannot be read stands in nobody else's way.
  local isRead, run = pcall(loadRun, KEYS[at])
  if isRead and run and not isOver(run) then
    local active = redis.call('HGET', KEYS[at + 1], 'active') or ''
    found[#found + 1] = {active, described(KEYS[at], KEYS[at + 1], run.flat)}
  elseif isRead then
    redis.call('ZREM', KEYS[1], ARGV[at / 2 + 1])
  end
end
return found
`);
