import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createKeys, type Keys } from "#lib/storage/kv/keys.ts";

const oddIds = ["../", "a:b", "*", "?", "[", "{x}", "}", "a}:run:b", "a:copy", "\0", "__proto__", " "];
const id = fc.oneof(fc.constantFrom(...oddIds), fc.string());

/** Every key that ids have a part in, by what it holds. */
function keysOf(keys: Keys, conversationId: string, runId: string, userId: string): [string, string][] {
  const named = (kind: string, found: object): [string, string][] =>
    Object.entries(found).map(([part, key]) => [`${kind} ${part}`, key]);
  return [
    ...named(`conversation ${conversationId}`, keys.conversation(conversationId)),
    ...named(`run ${conversationId}\n${runId}`, keys.run(conversationId, runId)),
    ...named(`copy ${conversationId}`, keys.copy(conversationId)),
    ...named(`copied run ${conversationId}\n${runId}`, keys.copiedRun(conversationId, runId)),
    [`pointer ${runId}`, keys.pointer(runId)],
    [`channel ${runId}`, keys.channel(runId)],
    [`list ${userId}`, keys.listOf(userId)],
    [`sessions of ${userId}`, keys.sessionsOf(userId)],
    [`notes of ${userId}`, keys.notesOf(userId)],
    [`starts of ${userId}`, keys.startsOf(userId)],
    [`live runs of ${userId}`, keys.liveRunsOf(userId)],
    ...named("fixed", {
      identity: keys.identity,
      liveRuns: keys.liveRuns,
      deleted: keys.deleted,
      sessions: keys.sessions,
      transfers: keys.transfers,
      moves: keys.moves,
      spent: keys.spent,
      spenders: keys.spenders,
    }),
  ];
}

test("S45 no two records share a key, whatever their ids are", () => {
  const keys = createKeys("rivulet");
  const ids = fc.tuple(id, id, id);
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const holds = new Map<string, string>();
      for (const [what, key] of [...keysOf(keys, ...one), ...keysOf(keys, ...other)]) {
        assert.equal(holds.get(key) ?? what, what);
        holds.set(key, what);
      }
      const conversations = [...holds.keys()].flatMap((key) => keys.conversationIdOf(key) ?? []);
      assert.deepEqual(new Set(conversations), new Set([one[0], other[0]]));
    }),
  );
});

test("a key tells whose it is, whatever the id and the prefix are", () => {
  for (const prefix of ["rivulet", "t*[1]", "a:{b}"]) {
    const keys = createKeys(prefix);
    for (const odd of oddIds) {
      assert.equal(keys.userIdOf(keys.listOf(odd)), odd);
      assert.equal(keys.userIdOfNotes(keys.notesOf(odd)), odd);
      assert.equal(keys.conversationIdOf(keys.conversation(odd).record), odd);
      assert.equal(keys.conversationIdOf(keys.conversation(odd).messages), undefined);
    }
  }
});

test("the keys are those of the stores that exist", () => {
  const keys = createKeys("rivulet");
  assert.deepEqual(Object.fromEntries(keysOf(keys, "c 1", "r", "u")), {
    "conversation c 1 record": "rivulet:{c%201}",
    "conversation c 1 order": "rivulet:{c%201}:order",
    "conversation c 1 messages": "rivulet:{c%201}:messages",
    "conversation c 1 runs": "rivulet:{c%201}:runs",
    "run c 1\nr record": "rivulet:{c%201}:run:r",
    "run c 1\nr log": "rivulet:{c%201}:log:r",
    "run c 1\nr fold": "rivulet:{c%201}:fold:r",
    "copy c 1 record": "rivulet:{c%201}:copy",
    "copy c 1 order": "rivulet:{c%201}:copy:order",
    "copy c 1 messages": "rivulet:{c%201}:copy:messages",
    "copy c 1 runs": "rivulet:{c%201}:copy:runs",
    "copied run c 1\nr record": "rivulet:{c%201}:copy:run:r",
    "copied run c 1\nr log": "rivulet:{c%201}:copy:log:r",
    "copied run c 1\nr fold": "rivulet:{c%201}:copy:fold:r",
    "pointer r": "rivulet:run:r",
    "channel r": "rivulet:bell:r",
    "list u": "rivulet:owner:u",
    "sessions of u": "rivulet:sessions-of:u",
    "notes of u": "rivulet:notes:u",
    "starts of u": "rivulet:starts:u",
    "live runs of u": "rivulet:live-of:u",
    "fixed identity": "rivulet:identity",
    "fixed liveRuns": "rivulet:live",
    "fixed deleted": "rivulet:deleted",
    "fixed sessions": "rivulet:sessions",
    "fixed transfers": "rivulet:transfers",
    "fixed moves": "rivulet:moves",
    "fixed spent": "rivulet:spent",
    "fixed spenders": "rivulet:spenders",
  });
});
