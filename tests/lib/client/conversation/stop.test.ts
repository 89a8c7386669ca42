import assert from "node:assert/strict";
import { test } from "node:test";
import { hasLiveRun } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { fired, r0, r1, situations } from "../../../support/conversation-situations.ts";
import { testTransitions } from "../../../support/transition-rows.ts";

testTransitions([
  [
    "Stop asks the server to stop the run",
    "writing",
    { type: "stop-requested" },
    { stop: { runId: r1, attempts: 0 } },
    { type: "post-stop", runId: r1 },
  ],
  [
    "Stop also stops a run whose start is under way",
    "sending",
    { type: "stop-requested" },
    { stop: { runId: r1, attempts: 0 } },
    { type: "post-stop", runId: r1 },
  ],
  ["a second Stop has no effect", "stopping", { type: "stop-requested" }, "unchanged"],
  [
    "a stop that got no answer is asked for again",
    "stopping",
    { type: "stop-answered", runId: r1, isTaken: false },
    { stop: { runId: r1, attempts: 1 } },
    { type: "set-timer", timer: "stop", ms: 250, endsEarly: true },
  ],
  [
    "a stop that was taken waits for the run to end, and looks soon whether it has",
    "stopping",
    { type: "stop-answered", runId: r1, isTaken: true },
    { stop: { runId: r1, attempts: 0 } },
    { type: "set-timer", timer: "check", ms: 150 },
  ],
  [
    "a stop of an earlier run is nobody's",
    "writing",
    { type: "stop-answered", runId: r0, isTaken: false },
    "unchanged",
  ],
  ["a stop is asked for again", "stopping", fired("stop"), {}, { type: "post-stop", runId: r1 }],
  ["a stop whose run has ended is not", "settled", fired("stop"), "unchanged"],
]);

test("a stop that nobody answers gives the button back to the person, after half a minute", () => {
  let state = situations.stopping;
  let waited = 0;
  while (state.stop) {
    const next = conversationTransition(state, { type: "stop-answered", runId: r1, isTaken: false });
    for (const effect of next.effects) waited += effect.type === "set-timer" ? effect.ms : 0;
    state = next.state;
  }
  assert.equal(waited, 119 * 250);
  assert.equal(hasLiveRun(state), true);
});
