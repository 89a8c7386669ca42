import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeChoices, encodeChoices } from "#lib/storage/core/stored-choices.ts";

test("choices are read as they were stored, and none are nothing", () => {
  const choices = { "": { messageId: "q" }, q: { messageId: "a", unlessRunId: "r" } };
  assert.deepEqual(decodeChoices(encodeChoices(choices)), choices);
  assert.equal(encodeChoices({}), undefined);
  for (const none of [null, undefined, ""]) assert.deepEqual(decodeChoices(none), {});
});

test("what cannot be read of them chooses nothing", () => {
  for (const text of ["{", "null", "[]", '"x"', '{"q":null}', '{"q":{"messageId":1}}', '{"q":"a"}'])
    assert.deepEqual(decodeChoices(text), {});
  const half = '{"q":1,"p":{"messageId":"a","unlessRunId":2,"more":true}}';
  assert.deepEqual(decodeChoices(half), { p: { messageId: "a" } });
});
