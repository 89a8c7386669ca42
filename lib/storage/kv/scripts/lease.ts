import { lua } from "./lua.ts";

/**
 * The scripts of a holder carry the number of their `call`: the same call again, because its reply was lost,
 * gets the reply of the first.
 */

/**
 * `RunStore.claim`, by core/lease-rules.ts.
 *
 * KEYS  1 run · 2 live runs · 3 conversation
 * ARGV  1 time · 2 token · 3 epoch to claim from · 4 lease ms · 5 holder · 6 dead holder or "" ·
 *       7 ms of an epoch · 8 work item · 9 channel
 * Returns  the run · nothing if it is not to be had
 */
export const claimScript = lua(String.raw`
local runKey, liveRuns, conversationKey = unpack(KEYS)
local _, token, fromEpoch, leaseMs, holder, deadHolder, epochMs, workItem, channel = unpack(ARGV)
local now = storeTime()
local run = loadRun(runKey)
if not run or isEnded(run) then return {} end
local leaseUntil = integer(now + tonumber(leaseMs))
if run.token == token then -- L5
  redis.call('HSET', runKey, 'leaseUntil', leaseUntil)
  redis.pcall('ZADD', liveRuns, leaseUntil, workItem)
  return runWithDeletedAt(runKey, conversationKey)
end
if integer(run.epoch) ~= fromEpoch or run.status == 'waiting' then return {} end -- L5, L3
if run.leaseUntil > now and not (deadHolder ~= '' and run.holder == deadHolder) then return {} end -- L1, L2
-- A failover may have lost a claim. Time makes sure that its epoch is not given out again.
local epoch = math.max(run.epoch + 1, math.floor((now - run.createdAt) / tonumber(epochMs)))
redis.call('HSET', runKey, 'epoch', integer(epoch), 'token', token, 'leaseUntil', leaseUntil,
  'holder', holder, 'continuations', integer(run.continuations + (run.token == '' and 0 or 1)),
  'status', run.status == 'queued' and 'running' or run.status)
redis.pcall('ZADD', liveRuns, leaseUntil, workItem)
redis.call('PUBLISH', channel, 'log')
return runWithDeletedAt(runKey, conversationKey)
`);

/**
 * `RunStore.heartbeat`.
 *
 * KEYS  1 run · 2 live runs
 * ARGV  1 time · 2 epoch · 3 token · 4 lease ms · 5 work item
 * Returns  "ok", "fenced" or "closed", as a lease reply
 */
export const heartbeatScript = lua(String.raw`
local runKey, liveRuns = unpack(KEYS)
local _, epoch, token, leaseMs, workItem = unpack(ARGV)
local run = loadRun(runKey)
if not holdsLease(run, epoch, token) then return leaseReply('fenced', run) end
if isEnded(run) then return leaseReply('closed', run) end
local leaseUntil = integer(storeTime() + tonumber(leaseMs))
redis.call('HSET', runKey, 'leaseUntil', leaseUntil)
renewWorkItem(liveRuns, workItem, run, leaseUntil)
return leaseReply('ok', run)
`);

/**
 * `RunStore.suspend`.
 *
 * KEYS  1 run · 2 live runs · 3 waiting runs
 * ARGV  1 time · 2 call · 3 epoch · 4 token · 5 "waiting" or "queued" · 6 work item · 7 channel
 * Returns  "ok", "dup", "fenced", "closed" or "decided", as a lease reply
 */
export const suspendScript = lua(String.raw`
local runKey, liveRuns, waitingRuns = unpack(KEYS)
local _, call, epoch, token, status, workItem, channel = unpack(ARGV)
local run = loadRun(runKey)
if run and integer(run.epoch) == epoch and run.suspended == token then
  return leaseReply(run.call == call and 'ok' or 'dup', run)
end
if not holdsLease(run, epoch, token) then return leaseReply('fenced', run) end
if isEnded(run) then return leaseReply('closed', run) end
if run.stop ~= '' or (status == 'waiting' and hasUnread(run, 'approval')) then -- N5
  return leaseReply('decided', run)
end
redis.call('HSET', runKey, 'status', status, 'suspended', token, 'token', '', 'leaseUntil', '0', 'holder', '',
  'call', call)
if status == 'waiting' then
  redis.pcall('ZREM', liveRuns, workItem)
  redis.pcall('ZADD', waitingRuns, integer(run.createdAt), workItem)
else
  redis.pcall('ZADD', liveRuns, '0', workItem)
end
redis.call('PUBLISH', channel, 'log')
return leaseReply('ok', run)
`);
