import assert from "node:assert/strict";
import { test } from "node:test";
import { elicitedQuestion, resultOf } from "#lib/mcp/elicited-question.ts";

const requestedSchema = { type: "object", properties: { city: { type: "string" } } };

test("what a server asks is asked with its name before it, and only a form is asked", () => {
  assert.deepEqual(elicitedQuestion("trips", { message: "Where to?", requestedSchema }), {
    message: "trips: Where to?",
    schema: requestedSchema,
  });
  assert.equal(elicitedQuestion("trips", { mode: "url", message: "Open it", requestedSchema }), undefined);
  assert.equal(elicitedQuestion("trips", { message: "Where to?" }), undefined);
  assert.ok(
    (elicitedQuestion("trips", { message: "x".repeat(9000), requestedSchema })?.message.length ?? 0) < 2100,
  );
});

test("an answer goes back as the protocol has it, single values and lists of texts", () => {
  const content = { city: "Oslo", nights: 2, by: ["rail"], deep: { a: 1 }, none: null };
  assert.deepEqual(resultOf({ type: "accept", content }), {
    action: "accept",
    content: { city: "Oslo", nights: 2, by: ["rail"] },
  });
  assert.deepEqual(resultOf({ type: "decline", reason: "no" }), { action: "decline" });
  assert.deepEqual(resultOf({ type: "cancel" }), { action: "cancel" });
});

test("a form that is too long or too deep is not asked", () => {
  const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
  for (const schema of [{ title: "x".repeat(30_000) }, nested(40), nested(100_000)])
    assert.equal(elicitedQuestion("trips", { message: "Where to?", requestedSchema: schema }), undefined);
});
