import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyQueue, queueView } from "#lib/protocol/question-queue.ts";

test("pages see the questions in their order, which is being said, and how the run ended that pauses them", () => {
  const one = { id: "a", text: "one", agent: "assistant", model: "m", bodyHash: "h" };
  const two = { id: "b", text: "two", agent: "assistant", bodyHash: "h", into: "r" };
  assert.deepEqual(queueView(emptyQueue), { version: 0, questions: [] });
  const pause = { runId: "r", userMessageId: "q", status: "failed" } as const;
  assert.deepEqual(queueView({ version: 3, questions: [one, two], pause, goesOnAfter: "r", left: [] }), {
    version: 3,
    questions: [
      { id: "a", text: "one" },
      { id: "b", text: "two", isSteered: true },
    ],
    pausedBy: "failed",
  });
});
