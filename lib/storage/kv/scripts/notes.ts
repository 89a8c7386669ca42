import { lua } from "./lua.ts";

/**
 * All notes of a user.
 *
 * KEYS  1 notes
 * Returns  names and fields (codec/note.ts) in turn
 */
export const readNotesScript = lua("return redis.call('HGETALL', KEYS[1])");

/**
 * `NoteStore.save`.
 *
 * KEYS  1 notes
 * ARGV  1 time · 2 name · 3 text · 4 how many a user has at the most
 * Returns  "saved" · "full"
 */
export const saveNoteScript = lua(String.raw`
local notes, name, text = KEYS[1], ARGV[2], ARGV[3]
if redis.call('HEXISTS', notes, name) == 0 and redis.call('HLEN', notes) >= tonumber(ARGV[4]) then
  return {'full'}
end
redis.call('HSET', notes, name, encodeNote(storeTime(), text))
return {'saved'}
`);

/**
 * `NoteStore.remove`.
 *
 * KEYS  1 notes
 * ARGV  1 time · 2 name
 * Returns  1 if it was there, else 0
 */
export const removeNoteScript = lua("return redis.call('HDEL', KEYS[1], ARGV[2])");

/**
 * `NoteStore.removeAll`.
 *
 * KEYS  1 notes
 * Returns  1 if there were any, else 0
 */
export const removeNotesScript = lua("return redis.call('DEL', KEYS[1])");

/**
 * Gives the notes of one user to another, under free names (core/free-note-name.ts).
 *
 * KEYS  1 notes of the one · 2 notes of the other
 * Returns  1
 */
export const moveNotesScript = lua(String.raw`
local from, to = KEYS[1], KEYS[2]
local flat = redis.call('HGETALL', from)
for index = 1, #flat, 2 do
  local name, count = flat[index], 1
  local taken = redis.call('HGET', to, name)
  while taken and noteText(taken) ~= noteText(flat[index + 1]) do
    count = count + 1
    name = flat[index] .. ' (' .. integer(count) .. ')'
    taken = redis.call('HGET', to, name)
  end
  if not taken then redis.call('HSET', to, name, flat[index + 1]) end
end
redis.call('DEL', from)
return 1
`);

/**
 * Adds notes that are not there.
 *
 * KEYS  1 notes
 * ARGV  1 time · 2… a name and its field in turn
 * Returns  1
 */
export const addNotesScript = lua(String.raw`
for index = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[index], ARGV[index + 1]) end
return 1
`);
