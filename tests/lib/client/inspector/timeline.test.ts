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
