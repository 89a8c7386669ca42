import assert from "node:assert/strict";
import { test } from "node:test";
import { shownRows } from "#components/message/shown-rows.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";

const text = (id: string, more: Partial<Part> = {}): Part =>
  // Cast: the other fields are those of a text.
  ({ type: "text", id, text: id, stepId: "s1", startedAt: 1, ...more }) as Part;
const call = (toolCallId: string, more: Partial<ToolPart> = {}): ToolPart => ({
  type: "tool",
  toolCallId,
  toolName: "add",
  state: "running",
  inputText: "",
  stepId: "s1",
  startedAt: 1,
  ...more,
});
const shape = (parts: readonly Part[]) =>
  shownRows(parts).map((row) =>
    row.parts.map((part) => (part.type === "tool" ? part.toolCallId : "id" in part ? part.id : part.type)),
  );

test("calls that a model made at once share a row, those of the next step have another", () => {
  const parts = [text("a"), call("1"), call("2"), call("3", { stepId: "s2" }), text("b", { stepId: "s2" })];
  assert.deepEqual(shape(parts), [["a"], ["1", "2"], ["3"], ["b"]]);
});

test("what is written inside a call stands with it, at any depth, whatever is written meanwhile", () => {
  const parts = [
    call("1"),
    call("2"),
    text("of 1", { stepId: "n1", parentToolCallId: "1" }),
    call("1.1", { stepId: "n1", parentToolCallId: "1" }),
    text("after", { stepId: "s2" }),
    text("of 1.1", { stepId: "n2", parentToolCallId: "1.1" }),
  ];
  assert.deepEqual(shape(parts), [["1", "2", "of 1", "1.1", "of 1.1"], ["after"]]);
});

test("an empty text has no row, and the call of a hand-off gives way to the hand-off", () => {
  const handoff = { type: "handoff", from: "a", to: "b", stepId: "s1", startedAt: 1, endedAt: 1 } as const;
  const made = call("1", { toolName: "handoff", state: "output-available", endedAt: 1 });
  assert.deepEqual(shape([text(" "), made, handoff]), [["handoff"]]);
  const failed = call("1", { toolName: "handoff", state: "output-error", endedAt: 1 });
  assert.deepEqual(shape([failed]), [["1"]]);
});

test("calls of the same id in two steps are two rows with keys of their own", () => {
  const keys = shownRows([call("1"), call("1", { stepId: "s2" })]).map(({ key }) => key);
  assert.equal(new Set(keys).size, 2);
});

test("the attempts at an object share the row of the first, until one fits", () => {
  const object = (id: string, attempt: number, more: Partial<Part> = {}): Part =>
    // Cast: the other fields are those of an object.
    ({ type: "object", id, name: "recipe", json: "{}", attempt, stepId: id, startedAt: 1, ...more }) as Part;
  const unfit = { valid: false, endedAt: 2 };
  const retried = [object("o1", 1, unfit), text("why"), object("o2", 2, unfit), object("o3", 3)];
  assert.deepEqual(shape(retried), [["o1", "o2", "o3"], ["why"]]);
  assert.equal(shownRows(retried)[0]?.key, shownRows(retried.slice(0, 1))[0]?.key, "the row stays the same");
  const others: Part[] = [
    object("o1", 1, { valid: true, endedAt: 2 }),
    object("o2", 1),
    object("o3", 3, { name: "resume" }),
  ];
  assert.deepEqual(shape(others), [["o1"], ["o2"], ["o3"]]);
});
