import type { RunState } from "../../protocol/run-state.ts";
import { postQueued } from "./ask.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { textOfPending } from "./pending-message.ts";
import { withRunMessages } from "./turns.ts";

/** The run has ended: its answer becomes a saved message, and the queued message is posted. */
export function settle(state: ConversationState, run: RunState | undefined): ConversationStep {
  const { pending } = state;
  // A message that was refused during another run is still unsent.
  const unsent = pending?.state === "not-sent" ? pending : undefined;
  const asked = unsent ? undefined : pending;
  const settled: ConversationState = {
    ...state,
    messages: withRunMessages(state.messages, run, asked),
    title: state.title || (asked && textOfPending(asked)) || "",
    run: undefined,
    pending: unsent,
    stop: undefined,
    following: { type: "idle" },
  };
  return andThen(step(settled, { type: "notify-list-change" }), postQueued);
}

/** The server refused a message, or to let a run be followed. */
export function endRefused(
  state: ConversationState,
  { run, problem }: ActionOf<"refused">,
): ConversationStep {
  const { pending } = state;
  const left: ConversationState = { ...state, stop: undefined, following: { type: "idle" } };
  if (problem.code === "record_damaged" && run && pending?.state !== "sending")
    return settle(state, withUnreadableEnd(run));
  if (pending?.state !== "sending")
    return step({ ...left, run, phase: problem.status === 401 ? "no-session" : "missing" });
  // A server that refused it does not have it: it may be posted with another body. Without a response it may.
  const isUnknown = problem.status === 0 || problem.code === "start_unknown";
  const body = isUnknown ? pending.body : undefined;
  const refused: ConversationState = {
    ...left,
    run: undefined,
    pending: { ...pending, state: "not-sent", problem, body },
  };
  const isBehind = problem.code === "conversation_busy" || problem.code === "stale_parent";
  return isBehind ? step(refused, { type: "get-snapshot" }) : step(refused);
}

/** What was shown stays, with the words for why no more comes. What the store says later takes its place. */
const withUnreadableEnd = (run: RunState): RunState =>
  run.ending
    ? run
    : { ...run, ending: { type: "error", code: "record-damaged", errorText: "", retryable: false } };
