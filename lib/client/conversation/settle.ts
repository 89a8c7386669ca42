import type { RunState } from "../../protocol/run-state.ts";
import { postQueued } from "./ask.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { textOfPending } from "./pending-message.ts";
import { withRunMessages } from "./turns.ts";

/** The run has ended: its answer joins the saved messages, and what waited for it goes out. */
export function settle(state: ConversationState, run: RunState | undefined): ConversationStep {
  const { pending } = state;
  // What was refused while another run was written is still to be sent.
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

/** The server will not: a message was not taken, or a run cannot be followed. */
export function endRefused(
  state: ConversationState,
  { run, problem }: ActionOf<"refused">,
): ConversationStep {
  const { pending } = state;
  const left: ConversationState = { ...state, stop: undefined, following: { type: "idle" } };
  if (pending?.state !== "sending")
    return step({ ...left, run, phase: problem.status === 401 ? "no-session" : "missing" });
  // Refused: the server has nothing of it, and it may be asked anew. No answer: it may have it, so the same
  // again.
  const body = problem.status === 0 ? pending.body : undefined;
  const refused: ConversationState = {
    ...left,
    run: undefined,
    pending: { ...pending, state: "not-sent", problem, body },
  };
  const isBehind = problem.code === "conversation_busy" || problem.code === "stale_parent";
  return isBehind ? step(refused, { type: "get-snapshot" }) : step(refused);
}
