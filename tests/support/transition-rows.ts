import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import type { ConversationEffect } from "#lib/client/conversation/conversation-effect.ts";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import type { PendingMessage } from "#lib/client/conversation/pending-message.ts";
import { newCheck } from "#lib/client/conversation/stream-check.ts";
import type { Problem } from "#lib/client/problem.ts";
import type { RunBody } from "#lib/client/requests.ts";
import { r1, type Situation, situations } from "./conversation-situations.ts";
import { firstTs } from "./event-builders.ts";

/**
 * A promise, the situation that it is for, an action, the fields of the state that are different afterwards
 * (`unchanged`: it is the same object), and the effects, all of them.
 */
export type TransitionRow = [
  promise: string,
  Situation,
  ConversationAction,
  Partial<ConversationState> | "unchanged",
  ...ConversationEffect[],
];

export function testTransitions(rows: readonly TransitionRow[]): void {
  for (const [promise, situation, action, changes, ...effects] of rows)
    test(promise, () => {
      const next = conversationTransition(situations[situation], action);
      if (changes === "unchanged") assert.equal(next.state, situations[situation]);
      else assert.deepEqual({ ...next.state, ...changes }, next.state);
      assert.deepEqual(next.effects, effects);
    });
}

export const at = firstTs;
export const idle = { type: "idle" } as const;
export const getSnapshot = { type: "get-snapshot", settledRuns: 0 } as const;
export const newPoll = { type: "set-timer", timer: "poll", ms: 10_000 } as const;
export const unhide = { type: "clear-timer", timer: "hide" } as const;
export const message = (runId: string, words = "question", parentMessageId: string | null = null) => ({
  runId,
  message: { text: words },
  parentMessageId,
});
export const post = (body: RunBody): ConversationEffect => ({ type: "post-run", body });
export const followed = (runId: string, changes: object = {}) => ({
  type: "following" as const,
  runId,
  connection: idle,
  lostAt: undefined,
  durability: "ok" as const,
  check: newCheck,
  ...changes,
});
export const request = (runId: string, words: string) => ({
  runId,
  at,
  intent: { type: "message" as const, text: words },
  body: message(runId, words),
});
export const pending = (state: "sending" | "accepted"): PendingMessage => ({
  ...request(r1, "question"),
  state,
});
export const unsent = (why: Problem, body?: RunBody): PendingMessage => ({
  ...request(r1, "question"),
  body,
  state: "not-sent",
  problem: why,
});
