import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "#lib/agents/producer.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { closeRun } from "#lib/runs/close-run.ts";
import { createDrivenRun } from "#lib/runs/driven-run.ts";
import type { RunMeta, StopRequest } from "#lib/storage/run-store.ts";
import { firstTs, ids } from "../../support/event-builders.ts";

const run: RunMeta = {
  runId: ids.run,
  conversationId: ids.conversation,
  userId: "user",
  messageId: ids.message,
  userMessageId: ids.userMessage,
  agent: "assistant",
  status: "running",
  epoch: 1,
  head: 3,
  createdAt: firstTs - 40,
  leaseUntil: 0,
  continuations: 0,
  deleted: false,
};
const total = { inputTokens: 10, outputTokens: 50, source: "provider" } as const;
/** As it stands at the end: it began 40 ms after it was asked for. */
const written: RunState = { ...emptyRun(ids.run), seq: 3, startedAt: firstTs, total };

interface Case {
  outcome: Outcome;
  stop?: Omit<StopRequest, "at">;
  /** What was written before the claim. */
  claimed?: RunState;
  state?: RunState;
  /** When the first text came after the claim, and the end after that, ms. */
  textMs?: number;
  restMs?: number;
}

/** How a run of 1000 ms here ends, and what the server's log says of it. */
function closed({ outcome, stop, claimed, state = written, textMs, restMs = 1000 }: Case) {
  let time = 0;
  const lines: Readonly<Record<string, unknown>>[] = [];
  const clock = { wall: () => firstTs + 5000, now: () => time, sleep: async () => undefined };
  const driven = createDrivenRun(clock, run, claimed ?? emptyRun(ids.run));
  if (textMs !== undefined) {
    time += textMs;
    driven.noteText();
  }
  time += restMs;
  if (stop) driven.requestStop({ ...stop, at: 1 });
  const close = closeRun({ clock, log: (entry) => void lines.push(entry) }, driven, state, outcome);
  return { ...close, lines };
}

const finished: Outcome = { type: "finished", finishReason: "stop" };
const failure = new Error("a bug");
const timings = { queuedMs: 40, durationMs: 1000 };

test("a run that its producer finished ends with the reason, what it cost and how long it took", () => {
  const { event, reason, status, lines } = closed({ outcome: finished });
  assert.deepEqual(event, { type: "finish", finishReason: "stop", total, timings });
  assert.deepEqual([reason.code, status, lines], ["unanswered", "finished", []]);
});

const outcomes: Outcome[] = [
  finished,
  { type: "failed", failure },
  { type: "interrupted", reason: "owner-gone", errorText: "gone" },
  { type: "aborted" },
  { type: "waiting" },
];
for (const outcome of outcomes) {
  test(`I6 a stop wins over ${outcome.type}, and names who asked for it`, () => {
    const { event, reason, status, lines } = closed({ outcome, stop: { by: "user", reason: "enough" } });
    assert.deepEqual(event, { type: "abort", by: "user", reason: "enough", total, timings });
    assert.deepEqual([reason.code, status, lines], ["stopped", "stopped", []]);
  });
}

test("a run that was aborted without a stop was deleted: its stop is on the way", () => {
  const { event, status } = closed({ outcome: { type: "aborted" } });
  assert.deepEqual([event, status], [{ type: "abort", by: "owner", total, timings }, "stopped"]);
});

test("a run that is given up says why, to the reader and to the model as the answer to its open calls", () => {
  const outcome: Outcome = { type: "interrupted", reason: "time-limit", errorText: "it takes too long" };
  const { event, reason, status } = closed({ outcome });
  assert.deepEqual(event, { type: "interrupted", reason: "time-limit", errorText: "it takes too long" });
  assert.deepEqual([reason.errorText, status], ["it takes too long", "interrupted"]);
});

const failures: [title: string, failure: unknown, fields: object, entry: object][] = [
  [
    "a provider's failure says all that is known of it",
    new ModelError("rate-limited", "host is busy", {
      retryable: true,
      cause: new Error("socket"),
      facts: { host: "host", status: 429, reason: "name", retryAfterMs: 7000 },
    }),
    {
      code: "rate-limited",
      errorText: "host is busy",
      retryable: true,
      ...{ host: "host", status: 429, reason: "name", retryAfterMs: 7000 },
    },
    {
      code: "rate-limited",
      error: "host is busy",
      ...{ host: "host", status: 429, reason: "name", retryAfterMs: 7000, cause: "socket" },
    },
  ],
  [
    "what is not known of it is absent",
    new ModelError("cut-off", "the answer stopped", { retryable: true, facts: {} }),
    { code: "cut-off", errorText: "the answer stopped", retryable: true },
    { code: "cut-off", error: "the answer stopped" },
  ],
  [
    "a model that is not there any more cannot be asked again",
    new UnknownModelError("m"),
    { code: "model-not-found", errorText: new UnknownModelError("m").message, retryable: false },
    { code: "model-not-found", error: new UnknownModelError("m").message },
  ],
  [
    "a bug of ours is told to the operator only",
    failure,
    {
      code: "unexpected",
      errorText: "the run failed for a reason of the server's own",
      retryable: true,
    },
    { code: "unexpected", error: "Error: a bug" },
  ],
];
for (const [title, thrown, fields, entry] of failures) {
  test(title, () => {
    const { event, status, lines } = closed({ outcome: { type: "failed", failure: thrown } });
    assert.deepEqual([event, status], [{ type: "error", ...fields, total }, "failed"]);
    assert.deepEqual(lines, [{ level: "error", message: "a run failed", runId: ids.run, ...entry }]);
  });
}

const measured: [title: string, given: Partial<Case>, timings: object][] = [
  [
    "the first text and the speed are measured from the claim",
    { textMs: 200, restMs: 500 },
    { queuedMs: 40, durationMs: 700, ttftMs: 200, outputTokensPerSecond: 100 },
  ],
  [
    "an answer that came at once has no speed",
    { textMs: 0, restMs: 0 },
    { queuedMs: 40, durationMs: 0, ttftMs: 0 },
  ],
  [
    "nor one that came in a burst",
    { textMs: 4000, restMs: 499 },
    { queuedMs: 40, durationMs: 4499, ttftMs: 4000 },
  ],
  [
    "of a run that was taken over only the duration is known, what was before by the wall clock",
    { claimed: written, textMs: 200, restMs: 800 },
    { queuedMs: 40, durationMs: 6000 },
  ],
];
for (const [title, given, expected] of measured) {
  test(title, () => {
    const { event } = closed({ outcome: finished, ...given });
    assert.deepEqual("timings" in event && event.timings, expected);
  });
}

test("costs that nobody knows are absent", () => {
  const { total: _, ...state } = written;
  const { event } = closed({ outcome: finished, state, textMs: 1 });
  assert.deepEqual("total" in event, false);
});
