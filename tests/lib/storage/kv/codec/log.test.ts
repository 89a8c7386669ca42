import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { encodeStored } from "#lib/storage/core/stored-json.ts";
import {
  appendedEntries,
  decodeEntries,
  decodeRows,
  decodeStoredFold,
  encodeEvents,
  encodeFold,
} from "#lib/storage/kv/codec/log.ts";
import { ids, numbered, textDelta } from "../../../../support/event-builders.ts";

const runId = ids.run;
const events = numbered([textDelta("a"), textDelta("b")], { runId, epoch: 3, startAt: 5 });

/** The entries as a script returns them. */
const stored = events.flatMap((event) => [`0-${event.seq}`, `${event.epoch}`, JSON.stringify(event)]);

test("events are sent as seq and JSON in turn, and entries are returned as id, epoch and JSON in turn", () => {
  assert.deepEqual(encodeEvents(events), [5, JSON.stringify(events[0]), 6, JSON.stringify(events[1])]);
  const entries = events.map((event) => ({ seq: event.seq, epoch: 3, json: JSON.stringify(event) }));
  assert.deepEqual(decodeEntries(stored, { runId, after: 4, expected: 2 }), entries);
  assert.deepEqual(decodeRows(stored), entries);
});

test("an event is made JSON once, for the store and for the readers of this process", () => {
  let made = 0;
  const [event] = numbered([textDelta("once")], { runId, epoch: 3, startAt: 9 });
  assert.ok(event);
  Object.defineProperty(event, "toJSON", { value: () => ({ made: (made += 1) }) });
  assert.deepEqual(encodeEvents([event]), [9, '{"made":1}']);
  assert.deepEqual(appendedEntries([event]), [{ seq: 9, epoch: 3, json: '{"made":1}' }]);
  assert.equal(made, 1);
});

test("S49 an entry that is missing or was changed is damaged, and named", () => {
  const range = { runId, after: 4, expected: 2 };
  const damaged = (seq: number) => ({ code: "damaged", message: new RegExp(`event ${seq} of run ${runId}`) });
  assert.throws(() => decodeEntries(stored.slice(3), range), damaged(5));
  assert.throws(() => decodeEntries(stored.slice(0, 3), range), damaged(6));
  assert.throws(() => decodeEntries(stored.with(5, "{}"), range), damaged(6));
  assert.throws(() => decodeEntries(stored.with(4, "2"), range), damaged(6));
});

test("a fold is decoded as it was encoded; none is two empty texts", () => {
  const fold = { ...emptyRun(runId), seq: 9 };
  const [seq, json] = encodeFold(fold);
  assert.deepEqual([seq, json], [9, encodeStored(fold)]);
  assert.deepEqual(decodeStoredFold(`${seq}`, json, runId), fold);
  assert.deepEqual(encodeFold(undefined), ["", ""]);
  assert.equal(decodeStoredFold("0", "", runId), undefined);
  assert.throws(() => decodeStoredFold("8", json, runId), { code: "damaged" });
});
