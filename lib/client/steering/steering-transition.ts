import type { QueueView } from "../../protocol/question-queue.ts";
import type { Problem } from "../problem.ts";
import { mayHaveArrived } from "../problem.ts";
import { chain, stepTo, type Transition } from "../transition.ts";
import type {
  MessageFate,
  QueueAnswer,
  SeenConversation,
  SteeringAction,
  SteeringEffect,
} from "./steering-action.ts";
import type { MessageIntoRun, SteeringMessage, SteeringState } from "./steering-state.ts";

type SteeringStep = Transition<SteeringState, SteeringEffect>;

const steeringStep = stepTo<SteeringState, SteeringEffect>;
const thenStep = chain<SteeringState, SteeringEffect>;

const firstRepostMs = 250;
const maxRepostMs = 8000;
/** How long the page may take to show what has become of a message. */
const settleMs = 3000;

/** The next state after an action, and the effects to run. Pure. */
export function steeringTransition(state: SteeringState, action: SteeringAction): SteeringStep {
  switch (action.type) {
    case "written":
      return changed(state, [...state.messages, writtenMessage(action)]);
    case "conversation-changed":
      return noteConversation(state, action.conversation);
    case "unread-read":
      return addUnread(state, action);
    case "queue-read":
      return noteQueue(state, action.answer);
    case "change-begun":
      return steeringStep(state.unchanged ? { ...state, unchanged: undefined } : state);
    case "change-failed":
      return steeringStep({ ...state, unchanged: { id: action.id, problem: action.problem } });
    case "answered":
      return settleMessage(state, action.id, action.fate);
    case "failed":
      return missAnswer(state, action.id, action.problem);
    case "wait-ended":
      return endWait(state, action.id);
    case "resent":
      return changed(
        state,
        state.messages.map((each) => (each.id === action.id ? sentAnew(each) : each)),
      );
    case "discarded":
      return changed(
        { ...state, posting: state.posting === action.id ? undefined : state.posting },
        state.messages.filter(({ id }) => id !== action.id),
      );
    case "left":
      return changed({ ...state, queue: undefined, starting: undefined }, []);
    default:
      return action satisfies never;
  }
}

function writtenMessage({
  id,
  text,
  runId,
  isNext,
  instead,
}: Extract<SteeringAction, { type: "written" }>): SteeringMessage {
  const written = { id, text, state: "sending", attempts: 0 } as const;
  if (runId !== undefined) return { way: "into", ...written, runId };
  return { way: "after", ...written, ...askedWhen({ isNext, instead }) };
}

/** Where among those that wait it is asked. */
const askedWhen = ({ isNext, instead }: { isNext: true | undefined; instead: string | null | undefined }) =>
  isNext ? { isNext, ...(instead !== undefined && { instead }) } : {};

/** The messages are others now: they are kept, and what can go on does. */
const changed = (state: SteeringState, messages: readonly SteeringMessage[]): SteeringStep =>
  thenStep(steeringStep({ ...state, messages }, { type: "keep", messages }), advance);

/** A run that has ended has taken its messages, or they are the next question: the server says so. */
function noteConversation(state: SteeringState, conversation: SeenConversation): SteeringStep {
  const { liveRunId, isKnown, seen } = conversation;
  const queue = newerQueue(state.queue, conversation.queue);
  const isSeen = (each: SteeringMessage) =>
    seen.has(each.id) || (each.way === "into" && each.state === "settled" && seen.has(each.runId));
  const messages = unqueued(state.messages, queue)
    .filter((each) => !isSeen(each))
    .map((each) => (isLeft(each, liveRunId) ? sentAnew(each) : each));
  const starting = state.starting && seen.has(state.starting.id) ? undefined : state.starting;
  const next = { ...state, liveRunId, isKnown, queue, starting };
  const before = state.messages;
  if (messages.length !== before.length || messages.some((each, at) => each !== before[at]))
    return changed(next, messages);
  const isSame =
    liveRunId === state.liveRunId &&
    isKnown === state.isKnown &&
    queue === state.queue &&
    starting === state.starting;
  return isSame ? steeringStep(state) : advance(next);
}

const newerQueue = (known: QueueView | undefined, read: QueueView | undefined): QueueView | undefined =>
  read && (known === undefined || read.version > known.version) ? read : known;

/** The messages that wait in the queue are shown there. */
const unqueued = (
  messages: readonly SteeringMessage[],
  queue: QueueView | undefined,
): readonly SteeringMessage[] =>
  messages.filter((message) => !queue?.questions.some(({ id }) => id === message.id));

/**
 * A question that has left the queue for a run is shown until the page shows that. It may have been answered
 * by now too, or have left for the sake of another page.
 */
function noteQueue(state: SteeringState, { queue: read, activeRunId, fate }: QueueAnswer): SteeringStep {
  const queue = newerQueue(state.queue, read);
  const gone = (state.queue?.questions ?? []).filter(
    ({ id }) => !queue?.questions.some((each) => each.id === id),
  );
  const isNext = activeRunId !== undefined && activeRunId !== state.liveRunId;
  const asked = isNext ? gone.find(({ id }) => id === activeRunId) : undefined;
  const starting = asked ?? state.starting;
  const isAnswered = activeRunId === undefined && gone.length > 0 && fate === undefined;
  const messages = unqueued(state.messages, queue);
  const next = { ...state, queue, starting };
  const isSame = queue === state.queue && starting === state.starting;
  const isFewer = messages.length < state.messages.length;
  const noted = isFewer ? changed(next, messages) : steeringStep(isSame ? state : next);
  if (!isNext && !isAnswered) return noted;
  return thenStep(noted, (after) =>
    steeringStep(after, ...(asked ? [{ type: "wait", id: asked.id, ms: settleMs } as const] : []), {
      type: "refresh",
    } as const),
  );
}

/** What another page has sent is as good as sent from here: sent once more it is the same message. */
function addUnread(
  state: SteeringState,
  { runId, unread }: Extract<SteeringAction, { type: "unread-read" }>,
): SteeringStep {
  const known = new Set(state.messages.map(({ id }) => id));
  const others = unread
    .filter(({ messageId }) => runId === state.liveRunId && !known.has(messageId))
    .map(
      ({ messageId, text }): MessageIntoRun => ({
        ...{ way: "into", id: messageId, text, runId },
        ...{ state: "recorded", attempts: 0 },
      }),
    );
  return others.length === 0 ? steeringStep(state) : changed(state, [...others, ...state.messages]);
}

const isLeft = (message: SteeringMessage, liveRunId: string | undefined): message is MessageIntoRun =>
  message.way === "into" && message.state === "recorded" && message.runId !== liveRunId;

function settleMessage(state: SteeringState, id: string, fate: MessageFate): SteeringStep {
  const message = state.messages.find((each) => each.id === id);
  const next = { ...state, posting: state.posting === id ? undefined : state.posting };
  if (!message) return advance(next);
  if (fate === "queued")
    return changed(
      next,
      next.messages.filter((each) => each !== message),
    );
  if (message.way !== "into") return advance(next);
  switch (fate) {
    case "recorded": {
      // The page takes the run for ended, and the server does not: one of them will know better.
      if (message.runId !== state.liveRunId) return steeringStep(state, { type: "wait", id, ms: settleMs });
      return changed(
        next,
        editMessage(next, id, (each) => ({ ...each, state: "recorded", attempts: 0 })),
      );
    }
    case "over": {
      const asked = writtenMessage({ type: "written", id, text: message.text });
      return changed(
        next,
        next.messages.map((each) => (each.id === id ? asked : each)),
      );
    }
    case "settled": {
      const settled = changed(
        next,
        editMessage(next, id, (each) => ({ ...each, state: "settled" })),
      );
      return thenStep(settled, (after) =>
        steeringStep(after, { type: "refresh" }, { type: "wait", id, ms: settleMs }),
      );
    }
    default:
      return fate satisfies never;
  }
}

/** What was not answered is posted again. One whose fate nobody can see any more is let be. */
function endWait(state: SteeringState, id: string): SteeringStep {
  if (state.posting === id) return advance({ ...state, posting: undefined });
  if (state.starting?.id === id) return steeringStep({ ...state, starting: undefined });
  const messages = state.messages.filter(
    (each) => each.id !== id || each.way !== "into" || each.state !== "settled",
  );
  return messages.length === state.messages.length ? steeringStep(state) : changed(state, messages);
}

function missAnswer(state: SteeringState, id: string, problem: Problem): SteeringStep {
  const message = state.messages.find((each) => each.id === id);
  const next = { ...state, posting: undefined };
  if (!message) return advance(next);
  // The run may be on its way still, as long as the page shows it as live.
  const isUnknownRun = message.way === "into" && problem.status === 404;
  if (isUnknownRun && message.runId !== state.liveRunId) return settleMessage(state, id, "over");
  if (!isUnknownRun && !mayHaveArrived(problem) && problem.status !== 503)
    return changed(
      next,
      next.messages.map((each) => (each.id === id ? { ...each, state: "not-sent", problem } : each)),
    );
  const ms = problem.retryAfterMs ?? Math.min(maxRepostMs, firstRepostMs * 2 ** message.attempts);
  const messages = state.messages.map((each) => {
    if (each.id !== id) return each;
    const again = { ...each, attempts: each.attempts + 1 };
    return again.way === "after" && mayHaveArrived(problem) ? { ...again, mayBeThere: true as const } : again;
  });
  return steeringStep({ ...state, messages, posting: id }, { type: "wait", id, ms });
}

/** Posts the next message, into the run or to wait. */
function advance(state: SteeringState): SteeringStep {
  const { messages, posting, isKnown } = state;
  const unsent = messages.find((each) => each.state === "sending" && (each.way === "into" || isKnown));
  if (posting !== undefined || !unsent) return steeringStep(state);
  const { id, text } = unsent;
  const next = { ...state, posting: id };
  if (unsent.way === "into")
    return steeringStep(next, { type: "post-message", runId: unsent.runId, id, text });
  const { isNext, instead } = unsent;
  return steeringStep(next, { type: "post-question", id, text, ...askedWhen({ isNext, instead }) });
}

function editMessage(
  { messages }: SteeringState,
  id: string,
  next: (message: MessageIntoRun) => MessageIntoRun,
): readonly SteeringMessage[] {
  return messages.map((each) => (each.id === id && each.way === "into" ? next(each) : each));
}

function sentAnew(message: SteeringMessage): SteeringMessage {
  const { problem: _, ...rest } = message;
  return { ...rest, state: "sending", attempts: 0 };
}
