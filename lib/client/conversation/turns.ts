import { continueMessage } from "../../protocol/continue-message.ts";
import { messageOf } from "../../protocol/fold.ts";
import type { AssistantMessage, Message, UserMessage } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { shownPath } from "../../protocol/shown-path.ts";
import type { ConversationState } from "./conversation-state.ts";
import { type PendingMessage, textOfPending } from "./pending-message.ts";

/**
 * A question and its answer, as the page shows them. Turns that are equal are the same object, so that those
 * that do not change do not render.
 */
export interface Turn {
  /** The run that answered the question first: the same for the pending turn and the saved one. */
  key: string;
  text: string;
  at: number;
  answer?: AssistantMessage;
  /** The run whose answer this is, while it is being written. */
  liveRun?: RunState;
  pending?: PendingMessage;
  /** The store has lost something that was shown of this answer. */
  isTruncated?: true;
}

type TurnSource = Pick<ConversationState, "messages" | "run" | "pending" | "queued" | "truncatedRuns">;

/** The turns of a conversation: the saved path, the live run, and what is pending. */
export function turnsOf({ messages, run, pending, queued, truncatedRuns }: TurnSource): Turn[] {
  const turns: Turn[] = [];
  for (const message of shownPath(withRunMessages(messages, run, pending))) {
    const last = turns.at(-1);
    if (message.role === "user")
      turns.push({ key: message.runId, text: message.text, at: message.createdAt });
    else if (last) {
      const truncated = truncatedRuns.has(message.runId) && { isTruncated: true as const };
      turns[turns.length - 1] = { ...last, answer: message, ...liveRunOf(run, message), ...truncated };
    }
  }
  if (pending) addPending(turns, pending);
  if (queued) addPending(turns, queued);
  return turns;
}

/** `next`; every turn that equals the one at the same index in `previous` is that object. */
export function keepTurns(previous: readonly Turn[], next: readonly Turn[]): Turn[] {
  return next.map((turn, at) => {
    const old = previous[at];
    const same =
      old?.key === turn.key &&
      old.text === turn.text &&
      old.answer === turn.answer &&
      old.liveRun === turn.liveRun &&
      old.pending === turn.pending &&
      old.isTruncated === turn.isTruncated;
    return same ? old : turn;
  });
}

/** `messages` with the answer of the run, and with its question if that is the pending one. */
export function withRunMessages(
  messages: readonly Message[],
  run: RunState | undefined,
  pending: PendingMessage | undefined,
): readonly Message[] {
  if (!run || run.messageId === "") return messages;
  const kept = messages.find((message) => message.id === run.messageId);
  const answer = continueMessage(kept?.role === "assistant" ? kept : undefined, messageOf(run));
  const saved = messages.filter((message) => message.id !== answer.id);
  if (saved.some((message) => message.id === answer.parentId)) return [...saved, answer];
  const text = pending?.runId === run.runId ? textOfPending(pending) : undefined;
  if (!pending || text === undefined) return messages;
  const question: UserMessage = {
    id: run.userMessageId,
    parentId: shownPath(saved).at(-1)?.id ?? null,
    runId: run.runId,
    role: "user",
    createdAt: pending.at,
    text,
  };
  return [...saved, question, answer];
}

const liveRunOf = (run: RunState | undefined, message: AssistantMessage): { liveRun?: RunState } =>
  run && !run.ending && run.runId === message.runId ? { liveRun: run } : {};

/**
 * Until it is in the log, a pending question is a turn of its own; a retry or continuation is part of the
 * last.
 */
function addPending(turns: Turn[], pending: PendingMessage): void {
  const last = turns.at(-1);
  if (last?.answer?.runId === pending.runId || last?.key === pending.runId) return;
  const { runId, at, intent } = pending;
  if (intent.type === "message") turns.push({ key: runId, text: intent.text, at, pending });
  else if (last)
    turns[turns.length - 1] =
      intent.type === "retry" ? replaced(last, pending) : withContinuation(last, pending);
}

const replaced = ({ key, text, at }: Turn, pending: PendingMessage): Turn => ({ key, text, at, pending });

/** The answer stays; it has no ending any more, unless the request was refused. */
function withContinuation(turn: Turn, pending: PendingMessage): Turn {
  if (!turn.answer || pending.state === "not-sent") return { ...turn, pending };
  const { ending: _, ...answer } = turn.answer;
  return { ...turn, pending, answer };
}
