import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { timelineOf } from "#lib/client/inspector/timeline.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "../../../support/event-builders.ts";
import { randomLog } from "../../../support/random-log.ts";

const later = (events: readonly RunEvent[], from: number, ms: number): RunEvent[] =>
  events.map((event) => (event.seq < from ? event : { ...event, ts: event.ts + ms }));
const lines = (events: readonly RunEvent[]): string[] =>
  timelineOf(events).map(({ kind, name, ms, attempt, of, tokens, depth, isBad, seq }) =>
    [
      `${" ".repeat(depth)}${seq} ${kind}`,
      name,
      ms !== undefined && `${ms} ms`,
      attempt !== undefined && `attempt ${attempt}`,
      of !== undefined && `of ${of}`,
      tokens !== undefined && `${tokens} tokens`,
      isBad && "bad",
    ]
      .filter(Boolean)
      .join(" "),
  );

test("steps, texts, thoughts and calls have a line each, with the time that they took", () => {
  const events = b.numbered([
    ...[b.start(), b.startStep(), b.reasoningStart(), b.reasoningDelta("hm"), b.reasoningEnd()],
    ...[b.textStart("t"), b.textDelta("a", "t"), b.textDelta("b", "t"), b.textEnd("t")],
    ...[b.toolInputStart("c", "add"), b.toolInputAvailable("c", "add", {}), b.toolStart("c", 2)],
    ...[
      b.toolOutputAvailable("c", 5),
      { ...b.usageEvent({ outputTokens: 7, source: "provider" }), stepId: b.ids.step },
    ],
    ...[b.finishStep("tool-calls"), b.finish()],
  ]);
  assert.deepEqual(lines(events), [
    "1 start assistant",
    "2 step assistant 130 ms 7 tokens",
    "3 reasoning 20 ms",
    "6 text 30 ms",
    "10 tool add 30 ms attempt 2",
    "16 end finish 150 ms",
  ]);
});

test("a wait for an event from outside has the name of the event, and so has the question", () => {
  const events = b.numbered([
    ...[b.start(), b.startStep("w", 0, "essay", { workflowStep: "ask/1" })],
    ...[
      b.toolInputStart("c", "wait_for_event", "w"),
      b.toolInputAvailable("c", "wait_for_event", { event: "word" }),
    ],
    b.toolApprovalRequest("c"),
  ]);
  assert.deepEqual(lines(events).slice(2), ["3 tool word", "5 approval word"]);
});

test("what runs inside a call stands under it", () => {
  const inner = { parentToolCallId: "c" };
  const events = b.numbered([
    ...[b.start(), b.startStep("a"), b.toolInputStart("c", "ask", "a"), b.toolStart("c")],
    ...[b.startStep("s", 0, "reader", inner), b.toolInputStart("d", "search", "s"), b.toolOutputError("d")],
  ]);
  assert.deepEqual(lines(events).slice(1), [
    "2 step assistant",
    "3 tool ask",
    " 5 step reader",
    " 6 tool search 10 ms bad",
  ]);
});

test("a new holder, and what it did with the answer, is one line", () => {
  const events = b.numbered([
    b.start(),
    b.startStep(),
    b.textStart(),
    b.continueStep(b.ids.step, 2, "owner-gone"),
  ]);
  const handed = later(events, 4, 3000).map((event) => (event.seq < 4 ? event : { ...event, epoch: 2 }));
  assert.deepEqual(lines(handed).slice(3), ["4 holder continued 3010 ms"]);
});

test("a pause that nothing explains is a line; a call, a person or a retry explains it", () => {
  const quiet = b.numbered([b.start(), b.startStep(), b.textStart()]);
  assert.deepEqual(lines(later(quiet, 3, 5000)).slice(2), ["3 gap 5010 ms", "3 text"]);
  const calling = b.numbered([
    b.start(),
    b.startStep(),
    b.toolInputStart("c", "add"),
    b.toolStart("c"),
    b.toolOutputAvailable("c", 1),
  ]);
  assert.ok(lines(later(calling, 5, 60_000)).every((text) => !text.includes("gap")));
  const retried = b.numbered([b.start(), b.startStep(), b.retry(1), b.textStart()]);
  assert.ok(lines(later(retried, 4, 60_000)).every((text) => !text.includes("gap")));
});

test("a decision is as long as the person took, and a denial is marked", () => {
  const asked = [b.start(), b.startStep(), b.toolInputStart("c", "erase"), b.toolApprovalRequest("c")];
  const events = b.numbered([...asked, b.toolApprovalResponse("approval-c", false), b.toolOutputDenied("c")]);
  assert.deepEqual(lines(later(events, 5, 9000)).slice(2), [
    "3 tool erase 9030 ms bad",
    "4 approval erase 9010 ms bad",
  ]);
});

test("steps of a workflow that work side by side are told apart by their instance", () => {
  const step = (instance: string, state: string) => b.workflowStep({ step: "search", instance, state });
  const events = b.numbered([
    b.start(),
    step("s-1", "running"),
    step("s-2", "running"),
    step("s-2", "failed"),
    step("s-1", "done"),
  ]);
  assert.deepEqual(lines(events).slice(1), ["2 workflow search 30 ms", "3 workflow search 10 ms bad"]);
});

test("any log has a story whose lines are in order, of events that there are", () => {
  fc.assert(
    fc.property(randomLog, (events) => {
      const seqs = timelineOf(events).map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        seqs.toSorted((one, other) => one - other),
      );
      assert.ok(seqs.every((seq) => seq >= 1 && seq <= events.length));
    }),
    { numRuns: 200 },
  );
});

test("what a run and a call say of how far they are is a line for each word, with where it came to", () => {
  const step = b.workflowStep({ step: "check", instance: "check/1", state: "running" });
  const emits = (message: string, progress: number, instance?: string) => ({
    ...b.progress(message, progress, 3),
    ...(instance !== undefined && { instance }),
  });
  const events = b.numbered([
    ...[b.start(), step, emits("Parts", 1, "check/1"), emits("Parts", 2, "check/1"), emits("Joining", 3)],
    ...[b.startStep(), b.toolInputStart("c", "copy"), b.toolStart("c")],
    ...[b.toolProgress("c", 5), b.toolProgress("c", 9)],
  ]);
  assert.deepEqual(lines(events).slice(1), [
    "2 workflow check",
    " 3 progress Parts · 2/3 10 ms",
    "5 progress Joining · 3/3",
    "6 step assistant",
    "7 tool copy",
    " 9 progress 9 10 ms",
  ]);
});

test("that this browser had lost the connection stands where it had come to", () => {
  const events = b.numbered([b.start(), b.startStep(), b.textStart(), b.textDelta("a"), b.textEnd()]);
  const lost = [
    { runId: b.ids.run, seq: 4, afterMs: 3400 },
    { runId: b.ids.run, seq: 2, afterMs: 500 },
  ];
  assert.deepEqual(
    timelineOf(events, lost).map(({ seq, kind, ms }) => [seq, kind, ms]),
    [
      [1, "start", undefined],
      [2, "step", undefined],
      [2, "reconnection", 500],
      [3, "text", 20],
      [4, "reconnection", 3400],
    ],
  );
});

test("20,000 events that are all lines are told in a moment", () => {
  const events = b.numbered([
    b.start(),
    ...Array.from({ length: 10_000 }, (_, at) => [
      b.workflowStep({ step: "s", instance: `s/${at}`, state: "running" }),
      b.workflowStep({ step: "s", instance: `s/${at}`, state: "done" }),
    ]).flat(),
  ]);
  const began = performance.now();
  assert.equal(timelineOf(events).length, 10_001);
  // It takes about 10 ms.
  assert.ok(performance.now() - began < 500);
});
