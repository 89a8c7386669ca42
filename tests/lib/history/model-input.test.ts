import assert from "node:assert/strict";
import { test } from "node:test";
import { modelInput } from "#lib/history/model-input.ts";
import type { AssistantMessage, Message, UserMessage } from "#lib/protocol/message.ts";
import { pathTo, shownPath } from "#lib/protocol/shown-path.ts";
import { assistant, user } from "../../support/model-messages.ts";

const asks = (id: string, parentId: string | null, text = id): UserMessage => ({
  id,
  parentId,
  runId: `run-${id}`,
  role: "user",
  createdAt: 1,
  text,
});
const says = (id: string, parentId: string, text = id): AssistantMessage => ({
  id,
  parentId,
  runId: `run-${id}`,
  role: "assistant",
  createdAt: 1,
  agent: "assistant",
  model: "m",
  parts: text === "" ? [] : [{ type: "text", id: "t", stepId: "s", startedAt: 1, endedAt: 1, text }],
});
const ids = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

test("of siblings the newest is shown, with what follows it", () => {
  const messages = [asks("q1", null), says("a1", "q1"), asks("q2", "a1"), says("a2", "q2"), says("a3", "q2")];
  assert.deepEqual(ids(shownPath(messages)), ["q1", "a1", "q2", "a3"]);
  assert.deepEqual(ids(shownPath([...messages, says("a4", "q1")])), ["q1", "a4"]);
  assert.deepEqual(ids(pathTo(messages, "q2")), ["q1", "a1", "q2"]);
  assert.deepEqual(ids(shownPath([])), []);
});

test("a partial answer is sent, an empty one is left out, and no two of one role stand in a row", () => {
  const messages = [
    asks("q1", null),
    says("a1", "q1", ""),
    asks("q2", "a1"),
    says("a2", "q2", "half"),
    asks("q3", "a2"),
  ];
  assert.deepEqual(modelInput(messages), [user("q1\n\nq2"), assistant("half"), user("q3")]);
});
