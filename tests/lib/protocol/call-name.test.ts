import assert from "node:assert/strict";
import { test } from "node:test";
import { callName } from "#lib/protocol/call-name.ts";

test("a call is named by its tool, and a question of a workflow by what it is about", () => {
  const names: [string, { toolName: string; input?: unknown }][] = [
    ["add", { toolName: "add", input: { event: "no event", step: "no step" } }],
    ["toString", { toolName: "toString", input: { event: "word" } }],
    ["word", { toolName: "wait_for_event", input: { event: "word", message: "Well?" } }],
    ["wait_for_event", { toolName: "wait_for_event" }],
    ["wait_for_event", { toolName: "wait_for_event", input: { event: 1 } }],
    ["pay", { toolName: "run_step_again", input: { step: "pay", attempt: 1 } }],
  ];
  for (const [name, call] of names) assert.equal(callName(call), name);
});
