import { lua } from "./lua.ts";

/**
 * The pointer of a run.
 *
 * KEYS  1 pointer
 * Returns  the run locator, or ""
 */
export const readPointerScript = lua("return {redis.call('GET', KEYS[1]) or ''}");

/**
 * `RunStore.run`.
 *
 * KEYS  1 run · 2 conversation
 * Returns  the run · nothing if there is none
 */
export const readRunScript = lua(String.raw`
local run = loadRun(KEYS[1])
if not run then return {} end
return runWithDeletedAt(KEYS[1], KEYS[2], run.flat)
`);

/** The reply of `readLogScript`, which the next script needs too. */
const readLogOf = String.raw`
local function readLogOf(run, log, epoch, seq, limit)
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
`;

/**
 * `RunStore.read`. The hot path.
 *
 * KEYS  1 run · 2 log
 * ARGV  1 time · 2 epoch of the cursor or "" · 3 seq of the cursor · 4 limit
 * Returns  "log", head, status, stop request, when it was made, entries, what is left of the lease in ms or
 *          "" · "gone" · nothing if there is no such run
 */
export const readLogScript = lua(
  readLogOf +
    String.raw`
local run = loadRun(KEYS[1])
if not run then return {} end
return readLogOf(run, KEYS[2], ARGV[2], ARGV[3], ARGV[4])
`,
);

/**
 * `RunStore.open`.
 *
 * KEYS  1 run · 2 log · 3 conversation
 * ARGV  as of `readLogScript`
 * Returns  the run, and what `readLogScript` returns · nothing if there is no such run
 */
export const openLogScript = lua(
  readLogOf +
    String.raw`
local run = loadRun(KEYS[1])
if not run then return {} end
return {runWithDeletedAt(KEYS[1], KEYS[3], run.flat), readLogOf(run, KEYS[2], ARGV[2], ARGV[3], ARGV[4])}
`,
);

/**
 * `RunStore.snapshot`.
 *
 * KEYS  1 run · 2 log · 3 fold · 4 conversation
 * Returns  the run, the fold's seq, its JSON or "", the entries after it · nothing if there is no such run
 */
export const snapshotScript = lua(String.raw`
local runKey, log, fold, conversationKey = unpack(KEYS)
local run = loadRun(runKey)
if not run then return {} end
local seq = redis.call('HGET', fold, 'seq') or '0'
return {runWithDeletedAt(runKey, conversationKey, run.flat), seq, redis.call('HGET', fold, 'json') or '',
  readEntries(log, tonumber(seq), run.head)}
`);
