import assert from "node:assert/strict";
import { test } from "node:test";
import { textDeltasOf, textSnapshotsOf } from "#lib/agents/streamed-text.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "../../support/event-builders.ts";

async function* from(log: readonly EventBody[]): AsyncGenerator<RunEvent> {
  yield* b.numbered([b.start(), ...log]);
}
const deltasOf = (log: readonly EventBody[]) => Array.fromAsync(textDeltasOf(from(log)));
const snapshotsOf = (log: readonly EventBody[]) => Array.fromAsync(textSnapshotsOf(from(log)));

const first = [b.startStep("a"), b.textStart("t", "a"), b.textDelta("one", "t"), b.textDelta(" two", "t")];
const second = [b.startStep("b", 1), b.textStart("u", "b"), b.textDelta("three", "u")];

test("each delta is given once, as it was written, also to who reads late; another place is another paragraph", async () => {
  assert.deepEqual(await deltasOf([...first, ...second]), ["one", " two", "\n\nthree"]);
  assert.deepEqual(await snapshotsOf([...first, ...second]), ["one", "one two", "one two\n\nthree"]);
});

test("what an agent inside of a call writes is none of it", async () => {
  const inside = { ...b.startStep("n", 0), parentToolCallId: "call-1" };
  const log = [...first, inside, b.textStart("m", "n"), b.textDelta("inside", "m"), ...second];
  assert.deepEqual(await deltasOf(log), ["one", " two", "\n\nthree"]);
});

test("what is dropped is in no snapshot behind it", async () => {
  const log = [...first, ...second, b.resetStep("b", 2), b.textStart("v", "b"), b.textDelta("four", "v")];
  assert.deepEqual((await snapshotsOf(log)).slice(2), [
    ...["one two\n\nthree", "one two", "one two\n\nfour"],
  ]);
  assert.deepEqual(await deltasOf(log), ["one", " two", "\n\nthree", "\n\nfour"]);
});
