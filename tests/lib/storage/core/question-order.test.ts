import assert from "node:assert/strict";
import { test } from "node:test";
import { orderQuestion } from "#lib/storage/core/question-order.ts";

test("a question's JSON is the same, in whatever order a store keeps its fields; unknown ones come last", () => {
  const given = {
    ...{ text: "Hello", more: [1], createdAt: 7, role: "user" as const },
    ...{ runId: "r", parentId: null, id: "q" },
  };
  const expected =
    '{"id":"q","parentId":null,"runId":"r","role":"user","createdAt":7,"text":"Hello","more":[1]}';
  assert.equal(JSON.stringify(orderQuestion(given)), expected);
  assert.equal(JSON.stringify(orderQuestion(orderQuestion(given))), expected);
});
