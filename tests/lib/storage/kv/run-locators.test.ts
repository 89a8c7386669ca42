import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeys } from "#lib/storage/kv/keys.ts";
import { createRunLocators } from "#lib/storage/kv/run-locators.ts";

/** Locators over pointers that a test may change. */
function opened(pointers: Record<string, string> = { r: "c u" }) {
  const keys = createKeys("p");
  const state = { reads: 0, pointers };
  const locators = createRunLocators(async (_, [key = ""]) => {
    state.reads += 1;
    const runId = Object.keys(state.pointers).find((id) => keys.pointer(id) === key);
    return [runId === undefined ? "" : (state.pointers[runId] ?? "")];
  }, keys);
  return { state, locators };
}

test("the pointer of a run is read once; one that is not there, each time", async () => {
  const { state, locators } = opened();
  const locator = { conversationId: "c", userId: "u" };
  assert.deepEqual([await locators.locate("r"), await locators.locate("r")], [locator, locator]);
  assert.equal(state.reads, 1);
  assert.equal(await locators.locate("x"), undefined);
  state.pointers.x = "c2 u2";
  assert.deepEqual(await locators.locate("x"), { conversationId: "c2", userId: "u2" });
  assert.equal(state.reads, 3);
});

test("a run that is not where it was is looked for once more: its id may be used in another conversation", async () => {
  const { state, locators } = opened();
  await locators.locate("r");
  state.pointers.r = "c2 u";
  const asked: string[] = [];
  const read = async ({ conversationId }: { conversationId: string }) => {
    asked.push(conversationId);
    return conversationId === "c2" ? "found" : null;
  };
  assert.equal(await locators.withLocator("r", read), "found");
  assert.deepEqual(asked, ["c", "c2"]);
});

test("a run that is nowhere is null, and its conversation is not asked twice", async () => {
  const { locators } = opened();
  let asked = 0;
  const read = async () => {
    asked += 1;
    return null;
  };
  await locators.locate("r");
  assert.equal(await locators.withLocator("r", read), null);
  assert.equal(asked, 1);
  assert.equal(await locators.withLocator("x", read), null);
  assert.equal(asked, 1);
});

test("the oldest are forgotten once there are very many", async () => {
  const { state, locators } = opened();
  for (let at = 0; at <= 10_000; at += 1) locators.remember(`r${at}`, { conversationId: "c", userId: "u" });
  await locators.locate("r1");
  assert.equal(state.reads, 0);
  await locators.locate("r0");
  assert.equal(state.reads, 1);
});
