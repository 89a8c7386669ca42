import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { after, sampleActions, situations } from "../../../support/conversation-situations.ts";

/** The invariants of `ConversationState`. */
function checkInvariants(state: ConversationState): void {
  const { pending: message, following, run, queued, isOpen } = state;
  const isSending = message?.state === "sending";
  if (isSending) assert.equal(following.type === "following" && following.runId, message.runId);
  if (following.type === "following") assert.ok(isOpen || isSending);
  if (following.type === "resyncing") assert.ok(run);
  if (queued) assert.ok(message ?? run);
}

test("every action is handled in every situation, changes nothing that it was given, and keeps the invariants", () => {
  for (const [name, situation] of Object.entries(situations)) {
    const before = structuredClone(situation);
    for (const action of sampleActions) {
      const { state } = conversationTransition(situation, action);
      assert.deepEqual(situation, before, `${name}: ${action.type}`);
      checkInvariants(state);
    }
  }
});

test("any sequence of actions keeps the invariants", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(situations)),
      fc.array(fc.constantFrom(...sampleActions), { maxLength: 30 }),
      (first, actions) => {
        let state = first;
        for (const action of actions) {
          state = after(state, action);
          checkInvariants(state);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
