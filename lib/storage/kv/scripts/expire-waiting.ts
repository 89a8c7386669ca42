import { lua } from "./lua.ts";

/** By core/wait-rules.ts. Each is safe to repeat. */

/**
 * KEYS  1 waiting runs
 * ARGV  1 time · 2 wait ms
 * Returns  work items of those that may have waited for so long
 */
export const listWaitingScript = lua(String.raw`
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', integer(storeTime() - tonumber(ARGV[2])))
`);

/**
 * `RunStore.expireWaiting`, of one run. Drops the work item of one that does not wait, and puts that of one
 * that has waited for less to its time.
 *
 * KEYS  1 run · 2 log · 3 waiting runs · 4 live runs · 5 conversation
 * ARGV  1 time · 2 wait ms · 3 stop request · 4 work item · 5 channel · 6 call: its repeat says the same
 * Returns  the run · nothing if it goes on
 */
export const expireWaitingScript = lua(String.raw`
local runKey, log, waitingRuns, liveRuns, conversationKey = unpack(KEYS)
local _, waitMs, stop, workItem, channel, call = unpack(ARGV)
local now = storeTime()
local run = loadRun(runKey)
if run and run.status == 'stopping' and run.call == call then
  return runWithDeletedAt(runKey, conversationKey)
end
if not run or run.status ~= 'waiting' then -- O2
  redis.call('ZREM', waitingRuns, workItem)
  return {}
end
local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', '1')[1]
local ts = newest and string.match(newest[2][4] or '', '"ts":(%d+)')
local since = math.max(run.createdAt, tonumber(ts or 0)) -- O1
if since > now - tonumber(waitMs) then
  redis.call('ZADD', waitingRuns, integer(since), workItem)
  return {}
end
redis.call('HSET', runKey, 'status', 'stopping', 'stop', stop, 'stopAt', integer(now), 'call', call)
redis.pcall('ZADD', liveRuns, '0', workItem)
redis.call('ZREM', waitingRuns, workItem)
redis.call('PUBLISH', channel, 'stop')
return runWithDeletedAt(runKey, conversationKey)
`);
