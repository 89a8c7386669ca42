import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold, placeEvent } from "#lib/protocol/fold.ts";
import type { PartEvent } from "#lib/protocol/fold-parts.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "../../support/event-builders.ts";
import {
  foldNext,
  keptStep,
  type StepEventType,
  stateAfter,
  testFold,
  twoSteps,
  type WorkflowEventType,
  waitingStep,
} from "../../support/fold-cases.ts";

// What changes the run itself; the events of steps and parts are in files of their own.
testFold<Exclude<RunEvent["type"], PartEvent["type"] | StepEventType | WorkflowEventType>>({
  start: [
    {
      what: "names the run's message, question, agent and model",
      event: b.start({ parentRunId: b.uuid(7), agent: "poet", model: "big" }),
      changes: () => ({ parentRunId: b.uuid(7), agent: "poet", model: "big" }),
    },
  ],
  "model-name": [
    {
      what: "says who answered",
      event: b.modelName("big-2026"),
      changes: () => ({ answeredBy: "big-2026" }),
    },
  ],
  "history-summary": [
    {
      what: "is the run's summary, and no part of the answer",
      event: b.historySummary({ isOutside: true }),
      changes: () => ({ summary: { upTo: b.uuid(5), messageCount: 2, text: "Notes.", isOutside: true } }),
    },
    {
      what: "of a later attempt takes the place of one that failed",
      before: [{ type: "history-summary", upTo: b.uuid(5), messageCount: 2, errorText: "away" }],
      event: b.historySummary(),
      changes: () => ({ summary: { upTo: b.uuid(5), messageCount: 2, text: "Notes." } }),
    },
  ],
  usage: [
    {
      what: "says the run's total",
      event: b.usageEvent(undefined, { inputTokens: 30, source: "provider" }),
      changes: () => ({ total: { inputTokens: 30, source: "provider" } }),
    },
    {
      what: "of an answer that the provider keeps leaves what was spent before it",
      before: [b.usageEvent({ inputTokens: 7, source: "provider" }), ...keptStep],
      event: { ...b.usageEvent({ inputTokens: 30, source: "provider" }), stepId: "step-1" },
      changes: ({ steps }) => ({
        total: { inputTokens: 30, source: "provider" },
        steps: steps.map((step) => ({
          ...step,
          reported: { responseId: "resp-1", before: { inputTokens: 7, source: "provider" } },
        })),
      }),
    },
    {
      what: "once more leaves what was spent before it first",
      before: [...keptStep, { ...b.usageEvent(), stepId: "step-1" }],
      event: { ...b.usageEvent({ inputTokens: 30, source: "provider" }), stepId: "step-1" },
      changes: () => ({ total: { inputTokens: 30, source: "provider" } }),
    },
  ],
  progress: [
    {
      what: "is how far the run says that it is",
      before: [b.progress("begun")],
      event: b.progress("read", 3, 10),
      changes: (_, at) => ({ progress: { message: "read", progress: 3, total: 10, at } }),
    },
  ],
  "stop-requested": [
    {
      what: "says who asked",
      event: b.stopRequested("user"),
      changes: () => ({ stopRequested: { by: "user" } }),
    },
  ],
  finish: [
    {
      what: "ends the run",
      before: waitingStep,
      event: b.finish("length"),
      changes: () => ({
        ending: {
          type: "finish",
          finishReason: "length",
          timings: { queuedMs: 1, ttftMs: 2, durationMs: 3 },
        },
        retry: undefined,
      }),
    },
  ],
  abort: [
    {
      what: "ends the run, whatever waits",
      before: [...twoSteps, b.retry(1, "timeout", "a")],
      event: b.abort(),
      changes: () => ({
        ending: { type: "abort", by: "user", timings: { queuedMs: 1, ttftMs: 2, durationMs: 3 } },
        retry: undefined,
      }),
    },
  ],
  error: [
    {
      what: "ends the run",
      event: b.error("cut-off", "cut"),
      changes: () => ({ ending: { type: "error", code: "cut-off", errorText: "cut", retryable: true } }),
    },
    {
      what: "says from when on its wait counts",
      event: { ...b.error("rate-limited", "busy"), retryAfterMs: 7000 },
      changes: (_, at) => ({
        ending: {
          type: "error",
          code: "rate-limited",
          errorText: "busy",
          retryable: true,
          retryAfterMs: 7000,
          at,
        },
      }),
    },
  ],
  interrupted: [
    {
      what: "ends the run",
      event: b.interrupted(),
      changes: () => ({
        ending: { type: "interrupted", reason: "owner-gone", errorText: "interrupted" },
      }),
    },
  ],
});

test("an event of an unknown type, and one that lacks what it needs, moves the cursor and nothing else", () => {
  const state = stateAfter(b.startStep(), b.textStart());
  for (const body of [{ type: "from-tomorrow" }, { type: "text-delta", id: "text-1" }, { type: "steered" }]) {
    const json = JSON.stringify({ runId: state.runId, epoch: 4, seq: state.seq + 1, ts: 9, ...body });
    assert.deepEqual(fold(state, decodeEvent(json)), { ...state, epoch: 4, seq: state.seq + 1, lastAt: 9 });
  }
});

test("an event is applied in its turn, dropped when it was, and asked for when one is missing", () => {
  assert.equal(placeEvent(4, { seq: 5 }), "apply");
  assert.equal(placeEvent(4, { seq: 4 }), "drop");
  assert.equal(placeEvent(4, { seq: 1 }), "drop");
  assert.equal(placeEvent(4, { seq: 6 }), "gap");
});

test("the message of a run is its parts and how it ended", () => {
  const live = stateAfter(b.startStep(), b.textStart());
  const message = {
    id: b.ids.message,
    parentId: b.ids.userMessage,
    runId: b.ids.run,
    role: "assistant",
    createdAt: b.firstTs,
    agent: "assistant",
    model: "demo",
    parts: live.parts,
  };
  assert.deepEqual(messageOf(live), message);
  const ended = foldNext(live, b.abort());
  assert.deepEqual(messageOf(ended), { ...message, ending: ended.ending });
});
