import type { Presence } from "../environment.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, type ConversationTimer, step } from "./conversation-effect.ts";
import { type ConversationState, hasLiveRun } from "./conversation-state.ts";
import { pause, refreshIfIdle, resume } from "./follow.ts";
import { postChoice, withChoosing } from "./show-version.ts";
import { retryResync } from "./snapshot.ts";
import { repeatStop } from "./stop.ts";
import { checkStream } from "./stream-check.ts";

/** How often a visible, idle page looks for runs started elsewhere (docs/protocol.md §4). */
const idlePollMs = 10_000;
/**
 * How long a page must be hidden before it closes its stream: browsers allow about six connections per
 * origin.
 */
const hideMs = 5_000;

const setIdlePoll = { type: "set-timer", timer: "poll", ms: idlePollMs } as const;

export function openConversation(
  state: ConversationState,
  { isVisible, choosing = [], models = {} }: ActionOf<"opened">,
): ConversationStep {
  if (state.isOpen) return step(state);
  // It may have been restored since.
  const phase = state.phase === "missing" ? "loading" : state.phase;
  const opened = {
    ...state,
    phase,
    isOpen: true,
    isVisible,
    choices: withChoosing(state.choices, choosing, state.messages, state.run),
    choosing: [...new Set([...choosing, ...state.choosing])],
    model: state.model ?? models.chosen,
    preferredModel: models.preferred ?? state.preferredModel,
  };
  const watched = step(opened, { type: "watch-presence" }, setIdlePoll);
  return andThen(andThen(watched, resume), postChoice);
}

/** Closes the stream, or leaves that to `acknowledge`. A requested stop is still sent. */
export function closeConversation(state: ConversationState): ConversationStep {
  if (!state.isOpen) return step(state);
  const { following } = state;
  const closed: ConversationState = {
    ...state,
    isOpen: false,
    following: following.type === "resyncing" ? { type: "idle" } : following,
    // Whoever leaves the page has seen the new answer.
    replaced: hasLiveRun(state) ? state.replaced : undefined,
  };
  return andThen(
    step(
      closed,
      { type: "unwatch-presence" },
      { type: "clear-timer", timer: "hide" },
      { type: "clear-timer", timer: "poll" },
      { type: "clear-timer", timer: "undo" },
      ...(state.choosing.length > 0 ? [{ type: "clear-timer", timer: "choose" } as const] : []),
    ),
    pause,
  );
}

export function changePresence(state: ConversationState, presence: Presence): ConversationStep {
  switch (presence) {
    case "hidden":
      return step({ ...state, isVisible: false }, { type: "set-timer", timer: "hide", ms: hideMs });
    case "visible":
      return resumeVisible({ ...state, isVisible: true });
    case "focus":
    case "online":
      return resumeVisible(state);
    case "offline":
      return step(state);
    default:
      return presence satisfies never;
  }
}

const resumeVisible = (state: ConversationState): ConversationStep =>
  andThen(step(state, { type: "clear-timer", timer: "hide" }), resume);

export function fireTimer(state: ConversationState, timer: ConversationTimer): ConversationStep {
  switch (timer) {
    case "hide":
      return pause(state);
    case "poll":
      return andThen(step(state, setIdlePoll), (next) => (next.isVisible ? refreshIfIdle(next) : step(next)));
    case "stop":
      return repeatStop(state);
    case "choose":
      return postChoice(state);
    case "resync":
      return retryResync(state);
    case "check":
      return checkStream(state);
    case "undo":
      return step({ ...state, replaced: undefined });
    default:
      return timer satisfies never;
  }
}
