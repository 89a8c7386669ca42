import assert from "node:assert/strict";
import { test } from "node:test";
import { listAt, textAt, textsOf, toReply } from "#lib/storage/kv/reply.ts";

test("what a script returns becomes texts and lists of texts, however deep", () => {
  assert.deepEqual(toReply(["a", 1, ["b", [2]], null]), ["a", "1", ["b", ["2"]], "null"]);
  assert.deepEqual(toReply([]), []);
  assert.deepEqual(toReply(7), ["7"]);
});

test("what is not there, or of the other kind, is empty", () => {
  const reply = toReply(["a", ["b", "c", ["d"]]]);
  assert.deepEqual([textAt(reply, 0), textAt(reply, 1), textAt(reply, 9)], ["a", "", ""]);
  assert.deepEqual([listAt(reply, 0), listAt(reply, 1), listAt(reply, 9)], [[], ["b", "c", ["d"]], []]);
  assert.deepEqual(textsOf(listAt(reply, 1)), ["b", "c"]);
});
