import assert from "node:assert/strict";
import { test } from "node:test";
import { createHeldAnswers } from "#lib/http/held-answers.ts";
import { jsonResponse } from "#lib/http/json-response.ts";

const long = { text: "a😀世é".repeat(60_000) };

test("short and long values are the JSON that they are, in pieces that divide no character", async () => {
  for (const value of [{}, { text: "世界" }, long, { text: `x${long.text}` }, { lone: "\ud83d" }]) {
    const response = jsonResponse(value, createHeldAnswers());
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(await response.text(), JSON.stringify(value));
  }
});

test("a reader that takes nothing holds nothing but one piece, and is ended after a minute", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = performance.now();
  t.mock.method(performance, "now", () => now);
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  const reader = jsonResponse(long, createHeldAnswers()).body?.getReader() ?? assert.fail();
  const { value } = await reader.read();
  assert.ok(value && value.byteLength < 4 * 65_536);
  pass(59_000);
  await reader.read();
  pass(59_000);
  await reader.read();
  pass(61_000);
  await assert.rejects(reader.read(), { name: "AbortError" });
});

test("an answer that has to make room is cut off; one that is read to its end or left holds nothing", async () => {
  const held = createHeldAnswers(500_000);
  const first = jsonResponse(long, held);
  const second = jsonResponse(long, held);
  await assert.rejects(first.text(), { name: "AbortError" });
  assert.equal(await second.text(), JSON.stringify(long));
  const third = jsonResponse(long, held);
  await third.body?.cancel();
  const fourth = jsonResponse({ text: "x".repeat(250_000) }, held);
  const fifth = jsonResponse({ text: "x".repeat(240_000) }, held);
  await Promise.all([fourth.text(), fifth.text()]);
});
