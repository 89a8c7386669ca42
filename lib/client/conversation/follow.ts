import type { RunState } from "../../protocol/run-state.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import { type ConversationState, type FollowedRun, followableRun } from "./conversation-state.ts";
import { checkSoon, holdBack, isHeldBack, newCheck } from "./stream-check.ts";

/** Follows the live run from its cursor; without one, looks for a run that was started elsewhere. */
export function resume(state: ConversationState): ConversationStep {
  if (!state.isOpen || state.following.type !== "idle") return step(state);
  const run = followableRun(state);
  return run ? andThen(follow(state, run), refreshIfIdle) : refreshIfIdle(state);
}

/**
 * Looks for a run that was started elsewhere, or for what the page was not rendered with. A conversation
 * without messages is in no store yet.
 */
export const refreshIfIdle = (state: ConversationState): ConversationStep =>
  (state.rest !== undefined || state.following.type !== "following") &&
  (state.messages.length > 0 || state.phase === "loading")
    ? step(state, getSnapshot(state))
    : step(state);

export const follow = (state: ConversationState, run: RunState): ConversationStep =>
  step(startFollowing({ ...state, run }, run.runId), { type: "follow-run", run });

export const startFollowing = (state: ConversationState, runId: string): ConversationState => ({
  ...state,
  following: {
    type: "following",
    runId,
    connection: { type: "idle" },
    lostAt: undefined,
    durability: "ok",
    check: newCheck,
  },
  reconnectedAfterMs: undefined,
});

/** Closes the stream, unless it is that of a message that the server may not have yet. */
export function pause(state: ConversationState): ConversationStep {
  if (state.following.type !== "following" || state.pending?.state === "sending") return step(state);
  return step({ ...state, following: { type: "idle" } }, { type: "unfollow" });
}

/** Connects at once, without waiting for the backoff. */
export function reconnect(state: ConversationState): ConversationStep {
  const isSending = state.pending?.state === "sending";
  const run = followableRun(state);
  return state.isOpen && run && !isSending ? follow(state, run) : step(state);
}

export const isFollowing = ({ following }: ConversationState, runId: string): boolean =>
  following.type === "following" && following.runId === runId;

export function changeConnection(
  state: ConversationState,
  { connection, at }: ActionOf<"connection-changed">,
): ConversationStep {
  const { following } = state;
  if (following.type !== "following") return step(state);
  const { lostAt } = following;
  const change = (changed: Partial<FollowedRun>) => ({ ...following, connection, ...changed });
  switch (connection.type) {
    case "waiting":
      if (isHeldBack(following, connection)) return holdBack({ ...state, following: change({}) });
      return step({ ...state, following: change({ lostAt: lostAt ?? at }) });
    case "crowded":
      return checkSoon({ ...state, following: change({ lostAt: undefined }) });
    case "live":
      if (lostAt === undefined) return step({ ...state, following: change({}) });
      return step({
        ...noteReconnection(state, following.runId, at - lostAt),
        following: change({ lostAt: undefined }),
      });
    default:
      // A lost connection stays `waiting` until it is live.
      return step(lostAt === undefined ? { ...state, following: change({}) } : state);
  }
}

const noteReconnection = (state: ConversationState, runId: string, afterMs: number): ConversationState => ({
  ...state,
  reconnectedAfterMs: afterMs,
  reconnections: [...state.reconnections, { runId, seq: state.run?.seq ?? 0, afterMs }],
});
