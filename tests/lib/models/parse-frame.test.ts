import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrame } from "#lib/models/parse-frame.ts";

const host = "host:1";
const parse = (data: string, event = "message", isFinished = false) =>
  parseFrame(data, event, { host, isFinished });

test("an object is an event, also with a raw tab in a string", () => {
  assert.deepEqual(parse('{"delta":"a\tb"}'), { delta: "a\tb" });
});

for (const [data, event] of [
  ["ping"],
  [": keep-alive"],
  ["5"],
  ["null"],
  ["[DONE]"],
  ["alive", "heartbeat"],
] as const)
  test(`“${data}” of ${event ?? "no name"} says nothing`, () => {
    assert.equal(parse(data, event), undefined);
  });

for (const [data, event] of [
  ['{"delta":"a'],
  ["<html>"],
  ['"text"'],
  ['{"delta":"a', "content_block_delta"],
] as const)
  test(`“${data}” of ${event ?? "no name"} is a fault, but not behind the end`, () => {
    assert.throws(() => parse(data, event), { name: "ModelError", code: "bad-response" });
    assert.equal(parse(data, event, true), undefined);
  });
