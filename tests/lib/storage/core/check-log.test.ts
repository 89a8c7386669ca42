import assert from "node:assert/strict";
import { test } from "node:test";
import { checkLog, checkRange } from "#lib/storage/core/check-log.ts";
import { encodeEntry } from "#lib/storage/core/encode-entry.ts";
import { ids, numbered, textDelta } from "../../../support/event-builders.ts";

const runId = ids.run;
const entries = numbered([textDelta("a"), textDelta("b"), textDelta("c")], { runId, startAt: 5 }).map(
  encodeEntry,
);
const [first, second, third] = entries;
assert.ok(first && second && third);
const damaged = (seq: number) => ({ code: "damaged", message: new RegExp(`event ${seq} of run ${runId}`) });

test("a log without a gap is returned as it is, without further columns", () => {
  assert.deepEqual(checkLog(runId, 4, entries), entries);
  const rows = entries.map((entry) => ({ ...entry, position: 1 }));
  assert.deepEqual(checkLog(runId, 4, rows), entries);
  assert.deepEqual(checkLog(runId, 4, []), []);
});

test("S49 a log with a gap, or an event that is not what its row says, is damaged: the first of them is named", () => {
  assert.throws(() => checkLog(runId, 3, entries), damaged(4));
  assert.throws(() => checkLog(runId, 4, [first, third]), damaged(6));
  for (const broken of [
    { ...second, json: second.json.slice(0, 20) },
    { ...second, json: "null" },
    { ...second, json: third.json },
    { ...second, epoch: 2 },
  ])
    assert.throws(() => checkLog(runId, 4, [first, broken, third]), damaged(6), broken.json);
  assert.throws(() => checkLog(crypto.randomUUID(), 4, entries), { code: "damaged" });
});

test("a range is as many entries as are expected, and no more; S49 one that ends early is damaged", () => {
  const range = (expected: number) => ({ runId, after: 4, expected });
  assert.deepEqual(checkRange(entries, range(2)), [first, second]);
  assert.deepEqual(checkRange(entries, range(0)), []);
  assert.deepEqual(checkRange([], range(-3)), []);
  assert.throws(() => checkRange(entries, range(4)), damaged(8));
});

test("54 an event that nests so deep that nobody could pass it on is damaged", () => {
  const nested = "[".repeat(100_000) + "]".repeat(100_000);
  const broken = { ...second, json: second.json.replace(/}$/, `,"data":${nested}}`) };
  assert.throws(() => checkLog(runId, 4, [first, broken, third]), damaged(6));
});
