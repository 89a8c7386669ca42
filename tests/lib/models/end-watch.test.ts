import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndWatch } from "#lib/models/end-watch.ts";
import type { ModelPart } from "#lib/models/model.ts";
import { createResponsesReader } from "#lib/models/responses/responses-reader.ts";
import { question } from "../../support/collect-answer.ts";
import { created, ended, messageItems } from "../../support/responses-events.ts";

test("another message takes the end back; one without a head, and one before the end, is no other", () => {
  const watch = createEndWatch();
  assert.equal(watch.begin({ id: "a" }), false);
  watch.end();
  assert.deepEqual([watch.begin({}), watch.isEnded], [false, true]);
  assert.deepEqual([watch.begin({ id: "a" }), watch.isEnded], [true, false]);
});

test("so does what the model says behind it; the end of a text, and usage, say nothing", () => {
  const parts: ModelPart[] = [{ type: "text", delta: "a" }];
  const watch = createEndWatch();
  watch.end();
  parts.push({ type: "text-end" }, { type: "usage", usage: { source: "provider" } });
  watch.noteMore(parts, 1);
  assert.equal(watch.isEnded, true);
  parts.push({ type: "tool-call-start", index: 0, toolCallId: "a", toolName: "add" });
  watch.noteMore(parts, 1);
  assert.equal(watch.isEnded, false);
});

/** What it comes to that frames follow an answer that was cut at its limit, in short. */
function endOf(...frames: object[]): string {
  const context = { host: "host:1", model: "m" };
  const reader = createResponsesReader({ messages: question }, { context, isKept: false });
  const parts: ModelPart[] = [];
  const incomplete = ended("incomplete", { incomplete_details: { reason: "max_tokens" } });
  for (const frame of [created(), ...messageItems(0, ["5."]), incomplete, ...frames])
    reader.readFrame(JSON.stringify(frame), "message", parts);
  reader.end(parts);
  return parts
    .map((part) => (part.type === "text" ? part.delta : part.type === "finish" ? part.reason : ""))
    .join("");
}

test("an answer of which nothing followed ends as it said; one that goes on, as it says then, or not at all", () => {
  const [item, delta, ...rest] = messageItems(1, ["So."]);
  assert.equal(endOf({ type: "response.created", response: null }), "5.length");
  assert.equal(endOf({ type: "response.created" }, item ?? {}, delta ?? {}), "5.So.");
  assert.equal(endOf({ type: "response.created" }, item ?? {}, delta ?? {}, ...rest, ended()), "5.So.stop");
});
