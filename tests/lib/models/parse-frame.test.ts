import assert from "node:assert/strict";
import { test } from "node:test";
import { createMessagesReader } from "#lib/models/messages/messages-reader.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { mayHoldText, parseFrame } from "#lib/models/parse-frame.ts";
import type { AnswerReader } from "#lib/models/provider-wire.ts";
import { createResponsesReader } from "#lib/models/responses/responses-reader.ts";
import { question } from "../../support/collect-answer.ts";
import { blockDelta, messageEnd, messageStart, textBlock } from "../../support/messages-events.ts";
import { created, ended, messageItems } from "../../support/responses-events.ts";

const host = "host:1";
const parse = (data: string, event = "message", isFinished = false) =>
  parseFrame(data, event, { host, isFinished });

test("an object is an event, also with a raw tab in a string", () => {
  assert.deepEqual(parse('{"delta":"a\tb"}'), [{ delta: "a\tb" }]);
});

test("a list is each of its objects", () => {
  assert.deepEqual(parse('[{"a":1},null,5,[{"b":2}],{"c":3}]'), [{ a: 1 }, { c: 3 }]);
});

test("a sign of life holds words and numbers at most, an event of another wire more", () => {
  for (const silent of [{}, { error: null }, { time: "10:00", type: 5 }])
    assert.equal(mayHoldText(silent), false);
  for (const other of [{ choices: [] }, { message: { content: "a" } }]) assert.ok(mayHoldText(other));
});

for (const [data, event] of [
  ["ping"],
  [": keep-alive"],
  ["5"],
  ["null"],
  ["[]"],
  ["true"],
  ["[DONE]"],
  ["alive", "heartbeat"],
] as const)
  test(`“${data}” of ${event ?? "no name"} says nothing`, () => {
    assert.deepEqual(parse(data, event), []);
  });

for (const [data, event] of [
  ['{"delta":"a'],
  ["<html>"],
  ['"text"'],
  ['{"delta":"a', "content_block_delta"],
] as const)
  test(`“${data}” of ${event ?? "no name"} is a fault, but not behind the end`, () => {
    assert.throws(() => parse(data, event), { name: "ModelError", code: "bad-response" });
    assert.deepEqual(parse(data, event, true), []);
  });

/** Signs of life, and what is nothing. */
const silentFrames = [
  ...["null", "5", "true", "[]", "{}", '{"error":null}', '{"type":5,"time":"10:00"}', "ping"],
  `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
];

const context = { host, model: "m" };
const usage = { input_tokens: "7", output_tokens: "5" };
const [begun = {}, one = {}, two = {}, stopped = {}] = textBlock(0, "It is ", "5.");
const [added = {}, first = {}, second = {}, number = {}, whole = {}] = messageItems(0, ["It is ", "5.", ""]);
const answers: [wire: string, reader: AnswerReader, frames: (object | string)[]][] = [
  [
    "messages",
    createMessagesReader({ messages: question }, context),
    [
      ...[messageStart(usage), begun, one, ...silentFrames, [two]],
      ...[blockDelta(0, { type: "text_delta", text: -5 }), stopped, ...messageEnd("end_turn", usage)],
    ],
  ],
  [
    "responses",
    createResponsesReader({ messages: question }, { context, isKept: false }),
    [
      ...[created(), added, first, ...silentFrames, [second]],
      ...[{ ...number, delta: -5 }, whole, ended("completed", { usage })],
    ],
  ],
];

for (const [wire, reader, frames] of answers)
  test(`what says nothing costs nothing in mid-answer of the ${wire} wire, numbers where texts belong are texts`, () => {
    const parts: ModelPart[] = [];
    for (const frame of frames)
      reader.readFrame(typeof frame === "string" ? frame : JSON.stringify(frame), "message", parts);
    reader.end(parts);
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.delta] : []));
    assert.deepEqual(texts, ["It is ", "5.", "-5"]);
    const reports = parts.flatMap((part) => (part.type === "usage" ? [part.usage] : []));
    assert.deepEqual(reports.at(-1), { inputTokens: 7, outputTokens: 5, source: "provider" });
    assert.deepEqual(parts.at(-1), { type: "finish", reason: "stop" });
  });
