import * as b from "../../support/event-builders.ts";
import { added, edited, keptStep, openCall, openStep, testFold, twoSteps } from "../../support/fold-cases.ts";

const given = { wire: { signature: "abc=" } };

testFold<"text-delta" | "text-end" | "reasoning-start" | "reasoning-end" | "tool-input-available">({
  "text-delta": [
    {
      what: "with a cursor says how far the answer that the provider keeps has been read",
      before: keptStep,
      event: { ...b.textDelta("five", "t"), cursor: 7 },
      changes: (state, ts) => ({
        ...edited(() => ({ text: "It is five" }))(state, ts),
        steps: [openStep("step-1", { response: { responseId: "resp-1", cursor: 7 } })],
      }),
    },
    {
      what: "with a cursor, of a step of which nothing is kept, is a text like any other",
      before: [b.startStep(), b.textStart("t")],
      event: { ...b.textDelta("five", "t"), cursor: 7 },
      changes: edited(() => ({ text: "five" })),
    },
  ],
  "text-end": [
    {
      what: "brings what the provider wants back, and how far it has been read",
      before: keptStep,
      event: { ...b.textEnd("t"), providerMetadata: given, cursor: 8 },
      changes: (state, ts) => ({
        ...edited((endedAt) => ({ endedAt, providerMetadata: given }))(state, ts),
        steps: [openStep("step-1", { response: { responseId: "resp-1", cursor: 8 } })],
      }),
    },
  ],
  "reasoning-start": [
    {
      what: "may bring what the provider wants back",
      before: twoSteps,
      event: { ...b.reasoningStart("r", "a"), providerMetadata: given },
      changes: added(() => ({ type: "reasoning", id: "r", text: "", stepId: "a", providerMetadata: given })),
    },
  ],
  "reasoning-end": [
    {
      what: "brings what the provider wants back, beside what another wire has brought",
      before: [b.startStep(), { ...b.reasoningStart(), providerMetadata: { other: { a: 1 } } }],
      event: { ...b.reasoningEnd(), providerMetadata: given },
      changes: edited((endedAt) => ({ endedAt, providerMetadata: { other: { a: 1 }, ...given } })),
    },
  ],
  "tool-input-available": [
    {
      what: "brings what the provider wants back",
      before: openCall,
      event: { ...b.toolInputAvailable("call-1", "add", {}), providerMetadata: given },
      changes: edited(() => ({ state: "input-available", input: {}, providerMetadata: given })),
    },
  ],
});
