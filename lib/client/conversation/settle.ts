import { choicesBehind } from "../../protocol/choices.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { mayHaveArrived, type Problem } from "../problem.ts";
import { postQueued } from "./ask.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { type PendingMessage, textOfPending } from "./pending-message.ts";
import { furtherRun } from "./stream-check.ts";
import { lastShown, withRunMessages } from "./turns.ts";

/** How long an answer that was replaced is offered back. */
const undoAgainMs = 10_000;

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
    settledRuns: state.settledRuns + 1,
  };
  const ended =
    asked?.intent.type === "message" ? step(readBehind(settled, asked.runId)) : offerUndo(settled);
  return andThen(
    andThen(ended, (next) => step(next, { type: "notify-list-change" })),
    postQueued,
  );
}

/** What a question was asked under is shown because of that from now on, here and everywhere. */
function readBehind(state: ConversationState, runId: string): ConversationState {
  const question = state.messages.find((each) => each.role === "user" && each.runId === runId);
  if (!question) return state;
  return { ...state, choices: choicesBehind(state.choices, state.messages, question.id) };
}

/** An answer that was not replaced after all needs no way back. */
function offerUndo(state: ConversationState): ConversationStep {
  const { replaced } = state;
  if (!replaced) return step(state);
  if (lastShown(state)?.id === replaced.id) return step({ ...state, replaced: undefined });
  return step(state, { type: "set-timer", timer: "undo", ms: undoAgainMs });
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
    return step({
      ...left,
      ...unsentQueue(state, problem),
      run: furtherRun(state.run, run),
      phase: problem.status === 401 ? "no-session" : "missing",
    });
  // Whoever has stopped or undone an Again does not want it any more. A question's text stays.
  if (state.stop && pending.intent.type !== "message")
    return postQueued({ ...left, run: undefined, replaced: undefined, pending: undefined });
  // A server that refused it does not have it: it may be posted with another body. Without its response it
  // may.
  const body = mayHaveArrived(problem) ? pending.body : undefined;
  const reason = state.stop ? unlessStopped(problem) : problem;
  const refused: ConversationState = {
    ...left,
    run: undefined,
    replaced: undefined,
    pending: { ...pending, state: "not-sent", problem: reason, body, ...meantAt(pending, problem) },
  };
  return isBehind(problem) ? step(refused, getSnapshot(refused)) : step(refused);
}

/** Others asked before it: where it was to go, for the person to say whether it still does. */
const meantAt = ({ body }: PendingMessage, { code }: Problem): { meant?: string | null } =>
  body && "message" in body && (code === "conversation_busy" || code === "stale_parent")
    ? { meant: body.parentMessageId }
    : {};

/** It does not go out by itself later. */
const unlessStopped = (problem: Problem): Problem =>
  problem.code === "no_connection" ? { ...problem, code: "stopped" } : problem;

/** What waited for the end of a run that is not there any more can be edited, and goes along. */
const unsentQueue = (
  { pending, queued }: ConversationState,
  problem: Problem,
): Partial<Pick<ConversationState, "pending" | "queued">> =>
  queued && pending?.state !== "not-sent"
    ? { pending: { ...queued, state: "not-sent", problem }, queued: undefined }
    : {};

/** The conversation is another one than this page shows, or none any more. */
const isBehind = ({ code }: Problem): boolean =>
  ["conversation_busy", "stale_parent", "run_conflict", "not_found", "deleted"].includes(code);

/** What was shown stays, with the words for why no more comes. What the store says later takes its place. */
const withUnreadableEnd = (run: RunState): RunState =>
  run.ending
    ? run
    : { ...run, ending: { type: "error", code: "record-damaged", errorText: "", retryable: false } };
