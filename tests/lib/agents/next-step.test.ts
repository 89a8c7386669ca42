import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep } from "#lib/agents/next-step.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  finishStep,
  ids,
  numbered,
  resetStep,
  retry,
  start,
  startStep,
  textDelta,
  textStart,
} from "../../support/event-builders.ts";

const resets = (count: number) => Array.from({ length: count }, (_, at) => resetStep("a", at + 2));

const cases: [title: string, log: EventBody[], next: object][] = [
  [
    "a run that never began asks its first step",
    [start()],
    { type: "ask", index: 0, attempt: 1, retries: 0 },
  ],
  [
    "an unfinished step is asked again, as its next attempt",
    [start(), startStep("a"), textStart(), textDelta("half")],
    { type: "ask", stepId: "a", index: 0, attempt: 2, retries: 0 },
  ],
  [
    "what was retried in it counts",
    [start(), startStep("a"), retry(1), retry(2)],
    { type: "ask", stepId: "a", index: 0, attempt: 2, retries: 2 },
  ],
  [
    "behind a finished step it is the newest one that is asked",
    [start(), startStep("a"), finishStep("tool-calls", "a"), startStep("b", 1)],
    { type: "ask", stepId: "b", index: 1, attempt: 2, retries: 0 },
  ],
  [
    "a step inside a tool call is not the agent's to ask",
    [start(), startStep("a"), { ...startStep("b", 1), parentToolCallId: "c" }],
    { type: "ask", stepId: "a", index: 0, attempt: 2, retries: 0 },
  ],
  [
    "of two steps at once the open one is asked, be it the older one",
    [start(), startStep("a"), startStep("b", 1), finishStep("stop", "b")],
    { type: "ask", stepId: "a", index: 0, attempt: 2, retries: 0 },
  ],
  [
    "the sixth attempt is made",
    [start(), startStep("a"), ...resets(4)],
    { type: "ask", stepId: "a", index: 0, attempt: 6, retries: 0 },
  ],
  [
    "a seventh is not: the run is given up",
    [start(), startStep("a"), ...resets(5)],
    {
      type: "end",
      outcome: {
        type: "interrupted",
        reason: "time-limit",
        errorText: "the answer takes longer than this server may run",
      },
    },
  ],
  [
    "a finished step is never asked again: the run ends as the model did",
    [start(), startStep("a"), ...resets(5), finishStep("length", "a")],
    { type: "end", outcome: { type: "finished", finishReason: "length" } },
  ],
];

for (const [title, log, next] of cases) {
  test(title, () => assert.deepEqual(nextStep(numbered(log).reduce(fold, emptyRun(ids.run))), next));
}
