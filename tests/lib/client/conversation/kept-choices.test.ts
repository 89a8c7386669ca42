import assert from "node:assert/strict";
import { test } from "node:test";
import { keepChoosing, readChoosing } from "#lib/client/conversation/kept-choices.ts";

/** A browser's storage with one item, whatever its key. */
function storage(item: string | null = null) {
  let stored = item;
  const part: Pick<Storage, "getItem" | "setItem"> = {
    getItem: () => stored,
    setItem: (_key, value) => void (stored = value),
  };
  // Cast: the other functions of a storage are not used.
  return { open: () => part as Storage, read: () => stored };
}

const choosing = ["a", "b"];

test("what the server was not told is read by the next page, and nothing is written where there never was any", () => {
  const { open, read } = storage();
  keepChoosing(open, "c", []);
  assert.equal(read(), null);
  keepChoosing(open, "c", choosing);
  keepChoosing(open, "d", ["e"]);
  assert.deepEqual([readChoosing(open, "c"), readChoosing(open, "none")], [choosing, []]);
  keepChoosing(open, "c", []);
  assert.deepEqual([readChoosing(open, "c"), readChoosing(open, "d")], [[], ["e"]]);
});

test("that of the newest fifty conversations is kept", () => {
  const { open } = storage();
  for (let n = 0; n < 60; n += 1) keepChoosing(open, `c${n}`, choosing);
  assert.deepEqual([readChoosing(open, "c9"), readChoosing(open, "c10")], [[], choosing]);
});

test("what an older build kept of answers that were chosen is told the server", () => {
  const older = { q: { answerId: "a", unlessRunId: "r" }, p: { answerId: "b" }, o: { answerId: 1 }, n: 1 };
  assert.deepEqual(readChoosing(storage(JSON.stringify([["c", older]])).open, "c"), ["a", "b"]);
});

test("what is no choice is passed over, and a browser that refuses keeps none", () => {
  const broken = [null, 1, ["c"], ["c", null], ["c", [1, null]], [1, choosing]];
  const { open } = storage(JSON.stringify([...broken, ["d", choosing]]));
  assert.deepEqual([readChoosing(open, "c"), readChoosing(open, "d")], [[], choosing]);
  for (const item of ["{", "{}", "null"]) assert.deepEqual(readChoosing(storage(item).open, "c"), []);
  const refuses = () => assert.fail("refused");
  keepChoosing(refuses, "c", choosing);
  assert.deepEqual(readChoosing(refuses, "c"), []);
});
