import type { RunState } from "../../protocol/run-state.ts";
import type { PageEffect } from "../page-driver.ts";
import type { RunBody } from "../requests.ts";
import { chain, stepTo, type Transition } from "../transition.ts";
import type { ConversationState } from "./conversation-state.ts";

/**
 * What a conversation wants done. One run is followed at a time: following another one ends that. To follow a
 * run starts its timer `check`.
 */
export type ConversationEffect =
  /** Starts a run and follows it from its first event. */
  | { type: "post-run"; body: RunBody }
  /** Follows a run from its cursor. */
  | { type: "follow-run"; run: RunState }
  | { type: "unfollow" }
  /** The followed run was read further than its stream has come: the next connection begins there. */
  | { type: "advance-run"; run: RunState }
  /** `settledRuns`: as the state has them; given back with the answer. */
  | { type: "get-snapshot"; settledRuns: number }
  | { type: "post-stop"; runId: string }
  | PageEffect<ConversationTimer>
  /** Tells the server which version is shown. */
  | { type: "post-choice"; messageId: string }
  | { type: "keep-choosing"; choosing: readonly string[] }
  | { type: "keep-model"; model: string | undefined }
  /** The question is durable on the server: its draft can be deleted. */
  | { type: "notify-acknowledged"; runId: string }
  /** The conversation's entry in the list has changed. */
  | { type: "notify-list-change" };

/**
 * `hide`: a page that stays hidden pauses. `poll`: an idle page looks for runs started elsewhere. `stop`,
 * `choose` and `resync`: what got no response is repeated. `check`: a stream that brings nothing is compared
 * with a snapshot. `undo`: a replaced answer is not offered any more.
 */
export type ConversationTimer = "hide" | "poll" | "stop" | "choose" | "resync" | "check" | "undo";

export type ConversationStep = Transition<ConversationState, ConversationEffect>;

export const getSnapshot = ({ settledRuns }: ConversationState): ConversationEffect => ({
  type: "get-snapshot",
  settledRuns,
});

export const step = stepTo<ConversationState, ConversationEffect>;
export const andThen = chain<ConversationState, ConversationEffect>;
