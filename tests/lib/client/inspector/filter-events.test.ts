import assert from "node:assert/strict";
import { test } from "node:test";
import { filterEvents, summaryOfEvent } from "#lib/client/inspector/filter-events.ts";
import * as b from "../../../support/event-builders.ts";

const events = b.log(b.text("It Rains."), b.toolCall("search", { query: "sun" }), b.finish());
const found = (text: string): string[] => filterEvents(events, text).map(({ type }) => type);

test("events are found by their type and by whatever they hold, in capitals or not", () => {
  assert.deepEqual(found("text-delta"), ["text-delta"]);
  assert.deepEqual(found(" rains "), ["text-delta"]);
  assert.ok(found("SUN").every((type) => type.startsWith("tool-input")));
  assert.ok(found("sun").length > 0);
  assert.equal(filterEvents(events, " "), events);
  assert.deepEqual(found("snow"), []);
});

test("what every event has is neither found nor shown", () => {
  assert.deepEqual(found(b.ids.run), []);
  const delta = events.find(({ type }) => type === "text-delta") ?? assert.fail();
  assert.match(summaryOfEvent(delta), /^"id":".*","delta":"It Rains\."$/);
});

test("a summary is short, however long the event is", () => {
  const [long = assert.fail()] = b.numbered([b.textDelta("x".repeat(100_000))], { startAt: 5 });
  assert.ok(summaryOfEvent(long).length <= 200);
});
