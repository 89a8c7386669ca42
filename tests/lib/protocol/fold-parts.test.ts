import assert from "node:assert/strict";
import type { PartEvent } from "#lib/protocol/fold-parts.ts";
import * as b from "../../support/event-builders.ts";
import {
  added,
  edited,
  nothing,
  openCall,
  openObject,
  testFold,
  twoSteps,
  waitingStep,
} from "../../support/fold-cases.ts";

testFold<Exclude<PartEvent["type"], `tool-${string}`>>({
  "text-start": [
    {
      what: "opens a text in the step that it names",
      before: twoSteps,
      event: b.textStart("t", "a"),
      changes: added(() => ({ type: "text", id: "t", text: "", stepId: "a" })),
    },
    {
      what: "without a step opens a text in the newest one, finished or not",
      before: [...twoSteps, b.finishStep("stop", "b")],
      event: b.textStart("t"),
      changes: added(() => ({ type: "text", id: "t", text: "", stepId: "b" })),
    },
    {
      what: "before any step opens a text of none",
      event: b.textStart("t"),
      changes: added(() => ({ type: "text", id: "t", text: "", stepId: "" })),
    },
    {
      what: "in a step that runs inside a tool call opens a text inside that call",
      before: [...openCall, b.startStep("b", 1, "poet", { parentToolCallId: "call-1" })],
      event: b.textStart("t"),
      changes: added(() => ({
        type: "text",
        id: "t",
        text: "",
        stepId: "b",
        parentToolCallId: "call-1",
      })),
    },
    {
      what: "beside an inner step that is newer opens a text of the outer one, and the other way round",
      before: [
        ...[...openCall, b.startStep("b", 1, "poet", { parentToolCallId: "call-1" }), b.startStep("c", 2)],
        b.textStart("t", "b"),
      ],
      event: b.textStart("u", "c"),
      changes: ({ parts }, startedAt) => {
        const [call, inner] = parts;
        assert.deepEqual([inner?.stepId, inner?.parentToolCallId], ["b", "call-1"]);
        const text = { type: "text", id: "u", text: "", stepId: "c", startedAt } as const;
        return { parts: [...[call, inner].flatMap((part) => part ?? []), text] };
      },
    },
    {
      what: "ends the wait of its step",
      before: waitingStep,
      event: b.textStart("t"),
      changes: (state, ts) => ({
        ...added(() => ({ type: "text", id: "t", text: "" }))(state, ts),
        retry: undefined,
      }),
    },
    {
      what: "lets another step wait on",
      before: [...twoSteps, b.retry(1, "timeout", "a")],
      event: b.textStart("t", "b"),
      changes: added(() => ({ type: "text", id: "t", text: "", stepId: "b" })),
    },
  ],
  "text-delta": [
    {
      what: "appends to the text of that id, in whichever step it is",
      before: [...twoSteps, b.textStart("t", "a"), b.textStart("u", "b"), b.textDelta("It is ", "t")],
      event: b.textDelta("five", "t"),
      changes: edited(() => ({ text: "It is five" }), -2),
    },
    {
      what: "of a text that is not there changes nothing",
      before: [b.startStep(), b.refusalDelta("no", "t")],
      event: b.textDelta("five", "t"),
      changes: nothing,
    },
  ],
  "text-end": [
    {
      what: "ends the text of that id",
      before: [...twoSteps, b.textStart("t", "a"), b.textStart("u", "b")],
      event: b.textEnd("t"),
      changes: edited((endedAt) => ({ endedAt }), -2),
    },
  ],
  "reasoning-start": [
    {
      what: "opens a thought in the step that it names",
      before: twoSteps,
      event: b.reasoningStart("r", "a"),
      changes: added(() => ({ type: "reasoning", id: "r", text: "", stepId: "a" })),
    },
  ],
  "reasoning-delta": [
    {
      what: "appends to the thought of that id",
      before: [b.startStep(), b.reasoningStart(), b.reasoningDelta("hm, ")],
      event: b.reasoningDelta("five"),
      changes: edited(() => ({ text: "hm, five" })),
    },
  ],
  "reasoning-end": [
    {
      what: "ends the thought of that id",
      before: [b.startStep(), b.reasoningStart()],
      event: b.reasoningEnd(),
      changes: edited((endedAt) => ({ endedAt })),
    },
  ],
  "refusal-delta": [
    {
      what: "opens a refusal in the step that it names",
      before: twoSteps,
      event: b.refusalDelta("I would ", "f", "a"),
      changes: added(() => ({ type: "refusal", id: "f", text: "I would ", stepId: "a" })),
    },
    {
      what: "appends to the refusal of that id",
      before: [...twoSteps, b.refusalDelta("I would ", "f", "a")],
      event: b.refusalDelta("rather not.", "f"),
      changes: edited(() => ({ text: "I would rather not." })),
    },
  ],
  "object-start": [
    {
      what: "opens a draft in the step that it names",
      before: twoSteps,
      event: b.objectStart("o", "recipe", 1, "a"),
      changes: added(() => ({
        type: "object",
        id: "o",
        name: "recipe",
        json: "",
        attempt: 1,
        stepId: "a",
      })),
    },
    {
      what: "with a higher attempt takes the place of the draft of that name",
      before: [...openObject, b.objectEnd(null, false, "o1"), b.textStart()],
      event: b.objectStart("o2", "recipe", 2),
      changes: ({ parts }, startedAt) => {
        const draft = { type: "object", id: "o2", name: "recipe", json: "", attempt: 2 } as const;
        return { parts: parts.with(0, { ...draft, stepId: "step-1", startedAt }) };
      },
    },
    {
      what: "with the same attempt opens one beside it",
      before: openObject,
      event: b.objectStart("o2", "recipe", 1),
      changes: added(() => ({ type: "object", id: "o2", name: "recipe", json: "", attempt: 1 })),
    },
    {
      what: "with a higher attempt leaves drafts of another name",
      before: openObject,
      event: b.objectStart("o2", "menu", 2),
      changes: added(() => ({ type: "object", id: "o2", name: "menu", json: "", attempt: 2 })),
    },
    {
      what: "with a higher attempt leaves drafts of another step",
      before: [...openObject, b.startStep("b", 1)],
      event: b.objectStart("o2", "recipe", 2, "b"),
      changes: added(() => ({
        type: "object",
        id: "o2",
        name: "recipe",
        json: "",
        attempt: 2,
        stepId: "b",
      })),
    },
  ],
  "object-delta": [
    {
      what: "appends to the draft of that id",
      before: openObject,
      event: b.objectDelta('":1}', "o1"),
      changes: edited(() => ({ json: '{"a":1}' })),
    },
    {
      what: "of a draft that was replaced changes nothing",
      before: [...openObject, b.objectStart("o2", "recipe", 2)],
      event: b.objectDelta('":1}', "o1"),
      changes: nothing,
    },
  ],
  "object-end": [
    {
      what: "gives the value",
      before: openObject,
      event: b.objectEnd({ a: 1 }, true, "o1"),
      changes: edited((endedAt) => ({ value: { a: 1 }, valid: true, endedAt })),
    },
    {
      what: "says why it is not valid",
      before: openObject,
      event: { ...b.objectEnd(null, false, "o1"), errors: ["a is missing"] },
      changes: edited((endedAt) => ({ value: null, valid: false, errors: ["a is missing"], endedAt })),
    },
  ],
  handoff: [
    {
      what: "stands where it happened",
      before: twoSteps,
      event: { ...b.handoff("assistant", "poet", "a"), reason: "verse" },
      changes: added((endedAt) => ({
        type: "handoff",
        from: "assistant",
        to: "poet",
        reason: "verse",
        stepId: "a",
        endedAt,
      })),
    },
  ],
  "source-url": [
    {
      what: "stands where it was found",
      before: twoSteps,
      event: b.sourceUrl("https://example.org/", "An example", "a"),
      changes: added((endedAt) => ({
        type: "source-url",
        sourceId: "https://example.org/",
        url: "https://example.org/",
        title: "An example",
        stepId: "a",
        endedAt,
      })),
    },
  ],
  steered: [
    {
      what: "stands where the model first saw it, and is of no step",
      before: twoSteps,
      event: b.steered("shorter", b.uuid(8)),
      changes: added((endedAt) => ({
        type: "steered",
        messageId: b.uuid(8),
        text: "shorter",
        by: "user",
        stepId: "",
        endedAt,
      })),
    },
  ],
  data: [{ what: "is for inspectors", before: twoSteps, event: b.dataEvent("a", 1), changes: nothing }],
  "agent-input": [{ what: "is for inspectors", before: twoSteps, event: b.agentInput(), changes: nothing }],
});
