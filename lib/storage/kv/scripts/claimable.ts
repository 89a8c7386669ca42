import { lua } from "./lua.ts";

/**
 * Candidates for `claimable` and `leased`: the list is only as fine as its steps (lua.ts).
 *
 * KEYS  1 live runs
 * ARGV  1 time · 2 "free" or "leased" · 3 limit
 * Returns  the store's time, work items
 */
export const listLiveRunsScript = lua(String.raw`
local time = storeTime()
local now = integer(time)
local from, to = '-inf', now
if ARGV[2] == 'leased' then from, to = '(' .. integer(time - listStepMs), '+inf' end
return {now, redis.call('ZRANGEBYSCORE', KEYS[1], from, to, 'LIMIT', '0', ARGV[3])}
`);

/**
 * The runs of work items. Drops the items of runs that have ended or are gone. One whose conversation was
 * lost is interrupted once nobody holds it: no holder could go on with it.
 *
 * KEYS  1 live runs · 2… a run and its conversation in turn
 * ARGV  1 time · 2… work items
 * Returns  for each live run: the conversation's active run, the run
 */
export const readLiveRunsScript = lua(String.raw`
local found = {}
for index = 2, #KEYS, 2 do
  -- A record that cannot be read is left out: it must not hide the others.
  local isRead, run = pcall(loadRun, KEYS[index])
  if isRead and run and run.leaseUntil <= storeTime() and redis.call('EXISTS', KEYS[index + 1]) == 0 then
    if not isEnded(run) then redis.call('HSET', KEYS[index], 'status', 'interrupted', 'leaseUntil', '0') end
    redis.call('ZREM', KEYS[1], ARGV[index / 2 + 1])
  elseif isRead and run and not isEnded(run) then
    local active = redis.pcall('HGET', KEYS[index + 1], 'active') or ''
    if type(active) == 'string' then
      found[#found + 1] = {active, runWithDeletedAt(KEYS[index], KEYS[index + 1], run.flat)}
    end
  elseif isRead then
    redis.call('ZREM', KEYS[1], ARGV[index / 2 + 1])
  end
end
return found
`);
