import assert from "node:assert/strict";
import { test } from "node:test";
import { nestedRows } from "#components/message/tools/nested-rows.ts";
import type { Part } from "#lib/protocol/message.ts";

const base = { stepId: "s", parentToolCallId: "c", startedAt: 0 };
const text = (id: string): Part => ({ ...base, type: "text", id, text: id });
const object = (id: string, name: string, attempt: number): Part => ({
  ...base,
  ...{ type: "object", id, name, json: "{}", attempt },
});

test("the attempts at one object share a row, where the first one stands; all else has one of its own", () => {
  const parts = [text("a"), object("b", "recipe", 1), text("c"), object("d", "recipe", 2), text("e")];
  const idsOf = (of: readonly Part[]) =>
    nestedRows(of).map((row) => row.map((part) => ("id" in part ? part.id : "")).join("+"));
  assert.deepEqual(idsOf(parts), ["a", "b+d", "c", "e"]);
  // Another object, another agent's, or one whose first attempt was replaced in its own step.
  assert.deepEqual(idsOf([object("b", "recipe", 1), object("d", "list", 2)]), ["b", "d"]);
  assert.deepEqual(idsOf([object("b", "recipe", 1), object("d", "recipe", 1)]), ["b", "d"]);
  assert.deepEqual(idsOf([object("d", "recipe", 2), object("f", "recipe", 3)]), ["d+f"]);
});
