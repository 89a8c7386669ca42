import assert from "node:assert/strict";
import { test } from "node:test";
import { queueDue } from "#lib/storage/core/queue-due.ts";

test("what is due of a queue: nothing, a word of a person, the end of a run, or at once", () => {
  const question = { id: "a", text: "a", agent: "assistant", bodyHash: "h" };
  const pause = { runId: "r", userMessageId: "q", status: "stopped" } as const;
  assert.equal(queueDue({ questions: [] }), 0);
  assert.equal(queueDue({ questions: [question], pause }), 1);
  assert.equal(queueDue({ questions: [question] }), 2);
  for (const paused of [{}, { pause }])
    assert.equal(queueDue({ questions: [question, { ...question, into: "r" }], ...paused }), 3);
});
