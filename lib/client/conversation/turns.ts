import { continueMessage } from "../../protocol/continue-message.ts";
import type { AssistantMessage, Message, UserMessage } from "../../protocol/message.ts";
import { messageOf } from "../../protocol/message-of.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { hasAnswer, shownPath } from "../../protocol/shown-path.ts";
import { type AnswerVersions, otherAnswers, pickBy } from "./choices.ts";
import type { ConversationState } from "./conversation-state.ts";
import { type PendingMessage, textOfPending } from "./pending-message.ts";

/**
 * A question and its answer, as the page shows them. Turns that are equal are the same object, so that those
 * that do not change do not render.
 */
export interface Turn extends AnswerVersions {
  /** The run that answered the question first: the same for the pending turn and the saved one. */
  key: string;
  text: string;
  at: number;
  /** The run that the question was sent into, and which ended before it took it. */
  sentInto?: string;
  answer?: AssistantMessage;
  /** The run that answers the question, while it is live. Until it has words, an earlier answer is shown. */
  liveRun?: RunState;
  /** An answer was replaced a moment ago, and can be had back. */
  canUndo?: true;
  pending?: PendingMessage;
  /** Something that was shown of this answer was written anew. */
  isRewritten?: true;
  /** The store has lost something that was shown of this answer. */
  isTruncated?: true;
}

type TurnSource = Pick<
  ConversationState,
  "messages" | "run" | "pending" | "queued" | "truncatedRuns" | "rewrittenRuns" | "choices" | "replaced"
>;

/** The turns of a conversation: the shown path, the live run, and what is pending. */
export function turnsOf(state: TurnSource): Turn[] {
  const { messages, run, pending, queued, truncatedRuns, rewrittenRuns, choices, replaced } = state;
  const turns: Turn[] = [];
  /** Where a question has several answers. */
  const versions = new Map<string | null, readonly Message[]>();
  const pick = pickBy(choices);
  const path = shownPath(withRunMessages(messages, run, pending), (siblings) => {
    versions.set(siblings[0]?.parentId ?? null, siblings);
    return pick(siblings);
  });
  for (const message of path) {
    const last = turns.at(-1);
    if (message.role === "user")
      turns.push({
        ...{ key: message.runId, text: message.text, at: message.createdAt },
        ...(message.sentInto !== undefined && { sentInto: message.sentInto }),
      });
    else if (last) {
      const siblings = versions.get(message.parentId);
      turns[turns.length - 1] = {
        ...last,
        answer: message,
        ...liveRunOf(run, message),
        ...(rewrittenRuns.has(message.runId) && { isRewritten: true }),
        ...(truncatedRuns.has(message.runId) && { isTruncated: true }),
        ...(siblings && otherAnswers(siblings, message, { choices, run })),
        ...(replaced?.parentId === message.parentId && { canUndo: true }),
      };
    }
  }
  if (pending) addPending(turns, pending);
  if (queued) addPending(turns, queued);
  return turns;
}

/** The newest saved message that is shown: what the next question is asked under. */
export const lastShown = ({ messages, choices }: Pick<ConversationState, "messages" | "choices">) =>
  shownPath(messages, pickBy(choices)).at(-1);

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
      old.isTruncated === turn.isTruncated &&
      old.isRewritten === turn.isRewritten &&
      old.versions?.join() === turn.versions?.join() &&
      old.earlier === turn.earlier &&
      old.failed === turn.failed &&
      old.canUndo === turn.canUndo;
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
    parentId: (pending.body && "parentMessageId" in pending.body && pending.body.parentMessageId) || null,
    runId: run.runId,
    role: "user",
    createdAt: pending.at,
    text,
  };
  return [...saved, question, answer];
}

const liveRunOf = (run: RunState | undefined, message: AssistantMessage): { liveRun?: RunState } =>
  run && !run.ending && (run.runId === message.runId || run.userMessageId === message.parentId)
    ? { liveRun: run }
    : {};

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
      intent.type === "retry" ? withRetry(last, pending) : withContinuation(last, pending);
}

/** The answer stays until there are words of the new one, if it has any itself. */
function withRetry(turn: Turn, pending: PendingMessage): Turn {
  if (!turn.answer || hasAnswer(turn.answer)) return { ...turn, pending };
  const { answer: _, versions: _v, failed: _f, ...question } = turn;
  return { ...question, pending };
}

/** The answer stays; it has no ending any more, unless the request was refused. */
function withContinuation(turn: Turn, pending: PendingMessage): Turn {
  if (!turn.answer || pending.state === "not-sent") return { ...turn, pending };
  const { ending: _, ...answer } = turn.answer;
  return { ...turn, pending, answer };
}
