import { type Choices, choicesBehind, pickBy } from "../../protocol/choices.ts";
import { continueMessage } from "../../protocol/continue-message.ts";
import type { AssistantMessage, Message, UserMessage } from "../../protocol/message.ts";
import { messageOf } from "../../protocol/message-of.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { hasAnswer, pathTo, shownPath } from "../../protocol/shown-path.ts";
import type { ConversationState } from "./conversation-state.ts";
import { type PendingMessage, textOfPending } from "./pending-message.ts";
import { type AnswerVersions, otherAnswers, questionVersions } from "./versions.ts";

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
  /** The question as it is saved; absent until it is, and where the page does not know what is before it. */
  asked?: UserMessage;
  /** The ids of all versions of the question in the order in which they were asked, if there are several. */
  questions?: readonly string[];
  /** An answer is being written in another version than the one that is shown. */
  isWrittenBeside?: true;
  answer?: AssistantMessage;
  /** The run that answers the question, while it is live. Until it has words, an earlier answer is shown. */
  liveRun?: RunState;
  /** An answer was replaced a moment ago, and can be had back. */
  canUndo?: true;
  pending?: PendingMessage;
  /** It is asked once the answer that is being written has ended. */
  isQueued?: true;
  /** Something that was shown of this answer was written anew. */
  isRewritten?: true;
  /** The store has lost something that was shown of this answer. */
  isTruncated?: true;
}

type TurnSource = Pick<
  ConversationState,
  "messages" | "run" | "pending" | "queued" | "truncatedRuns" | "rewrittenRuns" | "choices" | "replaced"
> &
  Partial<Pick<ConversationState, "rest" | "stop">>;

/** The turns of a conversation: the shown path, the live run, and what is pending. */
export function turnsOf(state: TurnSource): Turn[] {
  const { pending, queued, stop } = state;
  const messages = withRunMessages(state.messages, state.run, pending);
  /** Where a message has several versions beneath it. */
  const versions = new Map<string | null, readonly Message[]>();
  const pick = pickBy(choicesWith(state, messages));
  const path = shownPath(messages, (siblings) => {
    versions.set(siblings[0]?.parentId ?? null, siblings);
    return pick(siblings);
  });
  const turns = turnsAlong(state, upTo(path, messages, pending), versions);
  noteWrittenBeside(turns, state.run, { path, messages });
  if (pending) addPending(turns, pending);
  if (queued) addPending(turns, queued, stop === undefined);
  return turns;
}

/** A question of this page that the server has as well makes the choices of its way. */
function choicesWith({ messages, choices, pending }: TurnSource, all: readonly Message[]): Choices {
  if (Object.keys(choices).length === 0 || all.length <= messages.length) return choices;
  const asked = all.find(({ role, runId }) => role === "user" && runId === pending?.runId);
  return asked ? choicesBehind(choices, all, asked.id) : choices;
}

/** What a branch that is on its way begins under, unless the person is still to say where it goes. */
function upTo(
  path: readonly Message[],
  messages: readonly Message[],
  pending: PendingMessage | undefined,
): readonly Message[] {
  const intent = pending?.intent;
  const isAsked = pending?.state === "not-sent" && pending.meant !== undefined;
  if (intent?.type !== "message" || intent.under === undefined || isAsked) return path;
  if (messages.some(({ runId }) => runId === pending?.runId)) return path;
  const at = path.findIndex(({ id }) => id === intent.under);
  return at < 0 && intent.under !== null ? path : path.slice(0, at + 1);
}

function turnsAlong(
  { run, rest, truncatedRuns, rewrittenRuns, choices, replaced }: TurnSource,
  path: readonly Message[],
  versions: ReadonlyMap<string | null, readonly Message[]>,
): Turn[] {
  const turns: Turn[] = [];
  for (const message of path) {
    const last = turns.at(-1);
    const siblings = versions.get(message.parentId);
    if (message.role === "user")
      turns.push({
        ...{ key: message.runId, text: message.text, at: message.createdAt },
        ...(message.sentInto !== undefined && { sentInto: message.sentInto }),
        // What the page was rendered with begins somewhere.
        ...(rest === undefined && { asked: message }),
        ...questionVersions(siblings),
      });
    else if (last) {
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
  return turns;
}

/** An answer is being written in another version than the one that is shown: the turn that leads there. */
function noteWrittenBeside(
  turns: Turn[],
  run: RunState | undefined,
  { path, messages }: { path: readonly Message[]; messages: readonly Message[] },
): void {
  if (!run || run.ending || path.some(({ id }) => id === run.userMessageId)) return;
  const way = pathTo(messages, run.userMessageId);
  const left = way.findIndex(({ id }, at) => path[at]?.id !== id);
  const at = path.slice(0, left + 1).filter(({ role }) => role === "user").length - 1;
  const turn = turns[at];
  if (left >= 0 && turn) turns[at] = { ...turn, isWrittenBeside: true };
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
      old.isQueued === turn.isQueued &&
      old.asked?.id === turn.asked?.id &&
      old.questions?.join() === turn.questions?.join() &&
      old.isWrittenBeside === turn.isWrittenBeside &&
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
function addPending(turns: Turn[], pending: PendingMessage, isQueued = false): void {
  const last = turns.at(-1);
  if (last?.answer?.runId === pending.runId || last?.key === pending.runId) return;
  const { runId, at, intent } = pending;
  if (intent.type === "message")
    turns.push({ key: runId, text: intent.text, at, pending, ...(isQueued && { isQueued }) });
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
