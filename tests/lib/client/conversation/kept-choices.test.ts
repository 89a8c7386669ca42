import assert from "node:assert/strict";
import { test } from "node:test";
import { keepChoices, readChoices } from "#lib/client/conversation/kept-choices.ts";

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

const choices = { q: { answerId: "a", unlessRunId: "r" } };

test("a conversation's choices are read by the next page, and nothing is written where there never were any", () => {
  const { open, read } = storage();
  keepChoices(open, "c", {});
  assert.equal(read(), null);
  keepChoices(open, "c", choices);
  keepChoices(open, "d", { q: { answerId: "b" } });
  assert.deepEqual([readChoices(open, "c"), readChoices(open, "none")], [choices, {}]);
  keepChoices(open, "c", {});
  assert.deepEqual([readChoices(open, "c"), readChoices(open, "d")], [{}, { q: { answerId: "b" } }]);
});

test("those of the newest fifty conversations are kept", () => {
  const { open } = storage();
  for (let n = 0; n < 60; n += 1) keepChoices(open, `c${n}`, choices);
  assert.deepEqual([readChoices(open, "c9"), readChoices(open, "c10")], [{}, choices]);
});

test("what is no choice is passed over, and a browser that refuses keeps none", () => {
  const broken = [null, 1, ["c"], ["c", null], ["c", { q: 1 }], ["c", { q: { answerId: 1 } }], [1, choices]];
  const { open } = storage(JSON.stringify([...broken, ["d", choices]]));
  assert.deepEqual([readChoices(open, "c"), readChoices(open, "d")], [{}, choices]);
  for (const item of ["{", "{}", "null"]) assert.deepEqual(readChoices(storage(item).open, "c"), {});
  const refuses = () => assert.fail("refused");
  keepChoices(refuses, "c", choices);
  assert.deepEqual(readChoices(refuses, "c"), {});
});
