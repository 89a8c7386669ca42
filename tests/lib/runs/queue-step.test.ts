import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { QuestionQueue, QueuedQuestion } from "#lib/protocol/question-queue.ts";
import type { RunStatus } from "#lib/protocol/run-status.ts";
import { afterSteered, nextQueueStep, withoutQuestion } from "#lib/runs/queue-step.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";

const question = (id: string, into?: string): QueuedQuestion => ({
  ...{ id, text: `text of ${id}`, agent: "assistant", bodyHash: "h" },
  ...(into !== undefined && { into }),
});
const [a, b] = [question("a"), question("b")];
const queue = (...questions: QueuedQuestion[]): QuestionQueue => ({ version: 4, questions, left: [] });
const run = (status: RunStatus, userMessageId = "q"): RunMeta => ({
  ...{ runId: "r", conversationId: "c", userId: "u", messageId: "m", userMessageId, agent: "assistant" },
  ...{ status, epoch: 1, head: 1, createdAt: 1, leaseUntil: 0, continuations: 0, deleted: false },
});
const pause = { runId: "r0", userMessageId: "q", status: "failed" } as const;

describe("Q1 the first question is asked", () => {
  test("when no run is live, and is in the queue no longer", () => {
    for (const newest of [{}, { run: run("finished") }])
      assert.deepEqual(nextQueueStep({ queue: queue(a, b), ...newest }), {
        type: "ask",
        question: a,
        queue: { version: 5, questions: [b], left: [{ id: "a", how: "asked" }] },
      });
  });

  test("not before the end of a run, and not where nothing waits", () => {
    for (const status of ["queued", "running", "waiting", "stopping"] as const)
      assert.equal(nextQueueStep({ queue: queue(a), run: run(status) }).type, "none");
    assert.equal(nextQueueStep({ queue: queue(), run: run("failed") }).type, "none");
  });
});

describe("Q2 the end of a run that has not finished", () => {
  for (const status of ["failed", "stopped", "interrupted"] as const)
    test(`pauses the queue: ${status}`, () => {
      const step = nextQueueStep({ queue: queue(a), run: run(status) });
      const paused = { ...queue(a), version: 5, pause: { runId: "r", userMessageId: "q", status } };
      assert.deepEqual(step, { type: "save", queue: paused });
      assert.equal(nextQueueStep({ queue: paused, run: run(status) }).type, "none");
    });

  test("does not where a person has said that it goes on", () => {
    const goesOn = { ...queue(a), goesOnAfter: "r" };
    assert.equal(nextQueueStep({ queue: goesOn, run: run("stopped") }).type, "ask");
  });
});

describe("Q3 a pause ends", () => {
  test("with the same question answered to its end, and with no other", () => {
    const paused = { ...queue(a), pause };
    const step = nextQueueStep({ queue: paused, run: run("finished") });
    assert.deepEqual(step, { type: "save", queue: { ...queue(a), version: 5 } });
    assert.equal(nextQueueStep({ queue: paused, run: run("finished", "another") }).type, "none");
    assert.equal(nextQueueStep({ queue: paused, run: run("failed") }).type, "none");
  });

  test("with the last question", () => {
    const emptied = withoutQuestion({ ...queue(a), pause }, "a", "removed");
    assert.deepEqual(emptied, { version: 5, questions: [], left: [{ id: "a", how: "removed" }] });
    assert.deepEqual(withoutQuestion({ ...queue(a, b), pause }, "a", "removed").pause, pause);
  });
});

describe("Q4 a question that is said into a run", () => {
  const marked = question("b", "r");
  test("comes first, whatever else is true of the queue", () => {
    for (const status of ["running", "failed", "finished"] as const)
      assert.deepEqual(nextQueueStep({ queue: { ...queue(a, marked), pause }, run: run(status) }), {
        type: "steer",
        question: marked,
        runId: "r",
      });
  });

  test("leaves the queue where the run has it, else it waits on", () => {
    for (const kind of ["sent", "conflict"] as const)
      assert.deepEqual(afterSteered(queue(a, marked), marked, kind), {
        version: 5,
        questions: [a],
        left: [{ id: "b", how: "steered" }],
      });
    for (const kind of ["over", "full"] as const)
      assert.deepEqual(afterSteered(queue(a, marked), marked, kind), {
        version: 5,
        questions: [a, b],
        left: [],
      });
  });
});

describe("Q5 what a run has left", () => {
  test("is asked before what waits, also where that is paused, or nothing waits", () => {
    const left = { ...run("stopped"), unread: 1 };
    assert.equal(nextQueueStep({ queue: queue(a), run: left }).type, "save");
    for (const found of [{ ...queue(a), pause }, { ...queue(a), goesOnAfter: "r" }, queue()])
      assert.deepEqual(nextQueueStep({ queue: found, run: left }), { type: "ask-left", run: left });
  });
});

test("of those that have left, the newest are remembered", () => {
  let full = queue(...Array.from({ length: 80 }, (_, nth) => question(`${nth}`)));
  for (let nth = 0; nth < 80; nth += 1) full = withoutQuestion(full, `${nth}`, "asked");
  assert.deepEqual([full.left.length, full.left[0]?.id], [64, "79"]);
});
