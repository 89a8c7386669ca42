import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changedQueue, type QueueChange } from "#lib/conversations/queue-changes.ts";
import type { QuestionQueue, QueuedQuestion } from "#lib/protocol/question-queue.ts";
import type { RunStatus } from "#lib/protocol/run-status.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";

const question = (id: string, more: Partial<QueuedQuestion> = {}): QueuedQuestion => ({
  ...{ id, text: `text of ${id}`, agent: "assistant", bodyHash: "h" },
  ...more,
});
const run = (status: RunStatus): RunMeta => ({
  ...{ runId: "r", conversationId: "c", userId: "u", messageId: "m", userMessageId: "q", agent: "assistant" },
  ...{ status, epoch: 1, head: 1, createdAt: 1, leaseUntil: 0, continuations: 0, deleted: false },
});
const pause = { runId: "r", userMessageId: "q", status: "failed" } as const;
const three: QuestionQueue = { version: 7, questions: ["a", "b", "c"].map((id) => question(id)), left: [] };

function after(
  change: QueueChange,
  queue: QuestionQueue = three,
  status: RunStatus = "running",
): QuestionQueue {
  const changed = changedQueue({ queue, run: run(status) }, change);
  if (typeof changed === "string") assert.fail(changed);
  return changed;
}
const ids = ({ questions }: QuestionQueue): string => questions.map(({ id }) => id).join("");

test("every change that changes something is the next version, and one that does not is the same queue", () => {
  const some: QueueChange[] = [
    { type: "add", question: question("d") },
    { type: "remove", id: "b" },
    { type: "remove", id: "x" },
    { type: "move", id: "c", before: "a" },
    { type: "hurry", id: "b" },
    { type: "steer", id: "b", runId: "r" },
  ];
  for (const change of some) assert.equal(after(change).version, 8, change.type);
  const nothing: QueueChange[] = [
    { type: "add", question: question("b") },
    { type: "move", id: "b", before: "c" },
    { type: "move", id: "b", before: "b" },
    { type: "move", id: "x", before: "a" },
    { type: "hurry", id: "x" },
    { type: "steer", id: "b", runId: "another" },
    { type: "resume" },
  ];
  for (const change of nothing) assert.equal(after(change), three, JSON.stringify(change));
});

describe("a question is added", () => {
  test("behind all, or in front of them where it is asked next", () => {
    assert.equal(ids(after({ type: "add", question: question("d") })), "abcd");
    const next = after({ type: "add", question: question("d"), isNext: true }, { ...three, pause }, "failed");
    assert.deepEqual([ids(next), next.pause, next.goesOnAfter], ["dabc", undefined, "r"]);
  });

  test("in front of them where another answer than it means is live: that one pauses them as ever", () => {
    for (const instead of [null, "another"]) {
      const next = { type: "add", question: question("d"), isNext: true, instead } as const;
      assert.deepEqual([ids(after(next)), after(next).goesOnAfter], ["dabc", undefined]);
      const over = after(next, { ...three, pause }, "failed");
      assert.deepEqual([over.pause, over.goesOnAfter], [undefined, "r"]);
    }
  });

  test("once, also when it is sent again after it has left", () => {
    const removed = after({ type: "remove", id: "b" });
    assert.equal(after({ type: "add", question: question("b") }, removed), removed);
  });

  test("not where it was removed before it came", () => {
    const early = after({ type: "remove", id: "d" });
    assert.deepEqual([ids(early), early.left[0]], ["abc", { id: "d", how: "removed" }]);
    assert.equal(after({ type: "remove", id: "d" }, early), early);
    assert.equal(after({ type: "add", question: question("d") }, early), early);
  });

  test("not where something else has its id", () => {
    const other = { type: "add", question: question("b", { bodyHash: "another" }) } as const;
    assert.equal(changedQueue({ queue: three }, other), "conflict");
  });

  test("as long as there is room, in number and in length; one alone may be longer", () => {
    let queue = three;
    for (let nth = 0; nth < 17; nth += 1) queue = after({ type: "add", question: question(`${nth}`) }, queue);
    assert.equal(changedQueue({ queue }, { type: "add", question: question("more") }), "full");
    assert.equal(after({ type: "add", question: question("0") }, queue), queue);
    const long = question("long", { text: "中".repeat(100_000) });
    assert.equal(changedQueue({ queue: three }, { type: "add", question: long }), "full");
    assert.equal(ids(after({ type: "add", question: long }, { ...three, questions: [] })), "long");
  });
});

test("a question is moved in front of another, of one that was asked meanwhile, or behind all", () => {
  assert.equal(ids(after({ type: "move", id: "c", before: "b" })), "acb");
  assert.equal(ids(after({ type: "move", id: "a", before: null })), "bca");
  const asked: QuestionQueue = { ...three, left: [{ id: "asked", how: "asked" }] };
  assert.equal(ids(after({ type: "move", id: "c", before: "asked" }, asked)), "cab");
});

test("a question keeps its place where the one that it was to come before has left without being asked", () => {
  for (const how of ["removed", "steered"] as const) {
    const gone: QuestionQueue = { ...three, left: [{ id: "gone", how }] };
    assert.equal(after({ type: "move", id: "c", before: "gone" }, gone), gone);
  }
});

test("one that is hurried comes first, and neither a pause nor the end of the live run is in its way", () => {
  for (const id of ["a", "c"]) {
    const hurried = after({ type: "hurry", id }, { ...three, pause });
    assert.equal(hurried.questions[0]?.id, id);
    assert.deepEqual([hurried.version, hurried.pause, hurried.goesOnAfter], [8, undefined, "r"]);
  }
});

test("a paused queue goes on, behind the run that paused it", () => {
  const resumed = after({ type: "resume" }, { ...three, pause }, "failed");
  assert.deepEqual([ids(resumed), resumed.pause, resumed.goesOnAfter], ["abc", undefined, "r"]);
  const early = after({ type: "resume" }, { ...three, pause }, "running");
  assert.deepEqual([early.pause, early.goesOnAfter], [undefined, undefined]);
});

test("one that a run is being told can be changed no longer, and a run that has ended is told nothing", () => {
  const marked = after({ type: "steer", id: "b", runId: "r" });
  assert.equal(marked.questions[1]?.into, "r");
  for (const type of ["remove", "hurry"] as const) assert.equal(after({ type, id: "b" }, marked), marked);
  assert.equal(after({ type: "steer", id: "b", runId: "r" }, marked), marked);
  assert.equal(after({ type: "steer", id: "b", runId: "r" }, three, "finished"), three);
});
