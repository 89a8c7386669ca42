import type { Problem } from "../problem.ts";
import { mayHaveArrived } from "../problem.ts";
import { chain, stepTo, type Transition } from "../transition.ts";
import type { MessageFate, SeenConversation, SteeringAction, SteeringEffect } from "./steering-action.ts";
import {
  hasUnsettled,
  type MessageIntoRun,
  type SteeringMessage,
  type SteeringState,
} from "./steering-state.ts";

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
      return changed(state, withMessage(state.messages, action));
    case "conversation-changed":
      return noteConversation(state, action.conversation);
    case "unread-read":
      return addUnread(state, action);
    case "answered":
      return settleMessage(state, action.id, action.fate);
    case "failed":
      return missAnswer(state, action.id, action.problem);
    case "wait-ended":
      return endWait(state, action.id);
    case "resent":
      return changed(state, editMessage(state, action.id, sendAnew));
    case "hurried":
      return hurry(state, action.id);
    case "discarded":
      return changed(
        state,
        state.messages.filter(({ id }) => id !== action.id),
      );
    case "left":
      return changed(state, []);
    default:
      return action satisfies never;
  }
}

function withMessage(
  before: readonly SteeringMessage[],
  { id, text, runId, isFirst }: Extract<SteeringAction, { type: "written" }>,
): readonly SteeringMessage[] {
  if (runId === undefined && isFirst) return [{ way: "after", id, text }, ...before];
  if (runId === undefined) return [...before, { way: "after", id, text }];
  return [...before, { way: "into", id, text, runId, state: "sending", attempts: 0 }];
}

/** The messages are others now: they are kept, and what can go on does. */
const changed = (state: SteeringState, messages: readonly SteeringMessage[]): SteeringStep =>
  thenStep(steeringStep({ ...state, messages }, { type: "keep", messages }), advance);

/** A run that has ended has taken its messages, or they are the next question: the server says so. */
function noteConversation(state: SteeringState, { liveRunId, mayAsk, seen }: SeenConversation): SteeringStep {
  const isSeen = (each: SteeringMessage) =>
    seen.has(each.id) || (each.way === "into" && each.state === "settled" && seen.has(each.runId));
  const messages = state.messages
    .filter((each) => !isSeen(each))
    .map((each) => (isLeft(each, liveRunId) ? sendAnew(each) : each));
  const next = { ...state, liveRunId, mayAsk };
  const before = state.messages;
  if (messages.length !== before.length || messages.some((each, at) => each !== before[at]))
    return changed(next, messages);
  return liveRunId === state.liveRunId && mayAsk === state.mayAsk ? steeringStep(state) : advance(next);
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
  if (message?.way !== "into") return advance(next);
  switch (fate) {
    case "recorded": {
      // The page takes the run for ended, and the server does not: one of them will know better.
      if (message.runId !== state.liveRunId) return steeringStep(state, { type: "wait", id, ms: settleMs });
      return changed(
        next,
        editMessage(next, id, (each) => ({ ...each, state: "recorded", attempts: 0 })),
      );
    }
    case "over":
      return changed(
        next,
        next.messages.map((each) => (each.id === id ? { way: "after", id, text: each.text } : each)),
      );
    case "settled": {
      const messages = editMessage(next, id, (each) => ({ ...each, state: "settled" }));
      const settled = changed(next, messages);
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
  const messages = state.messages.filter(
    (each) => each.id !== id || each.way !== "into" || each.state !== "settled",
  );
  return messages.length === state.messages.length ? steeringStep(state) : changed(state, messages);
}

function missAnswer(state: SteeringState, id: string, problem: Problem): SteeringStep {
  const message = state.messages.find((each) => each.id === id);
  const next = { ...state, posting: undefined };
  if (message?.way !== "into") return advance(next);
  // The run may be on its way still, as long as the page shows it as live.
  const isUnknownRun = problem.status === 404;
  if (isUnknownRun && message.runId !== state.liveRunId) return settleMessage(state, id, "over");
  if (!isUnknownRun && !mayHaveArrived(problem) && problem.status !== 503)
    return changed(
      next,
      editMessage(next, id, (each) => ({ ...each, state: "not-sent", problem })),
    );
  const ms = problem.retryAfterMs ?? Math.min(maxRepostMs, firstRepostMs * 2 ** message.attempts);
  const messages = editMessage(state, id, (each) => ({ ...each, attempts: each.attempts + 1 }));
  return steeringStep({ ...state, messages, posting: id }, { type: "wait", id, ms });
}

function hurry(state: SteeringState, id: string): SteeringStep {
  const message = state.messages.find((each) => each.id === id);
  if (message?.way !== "after") return steeringStep(state);
  const messages = [message, ...state.messages.filter((each) => each !== message)];
  const stopped = steeringStep(state, { type: "stop" });
  return thenStep(stopped, (next) => changed(next, messages));
}

/** Posts the next message, or asks it. */
function advance(state: SteeringState): SteeringStep {
  const { messages, posting, mayAsk } = state;
  const unsent = messages.find((each) => each.way === "into" && each.state === "sending");
  if (posting === undefined && unsent?.way === "into") {
    const { id, text, runId } = unsent;
    return steeringStep({ ...state, posting: id }, { type: "post-message", runId, id, text });
  }
  const next = messages.find(({ way }) => way === "after");
  if (!mayAsk || !next || hasUnsettled(state)) return steeringStep(state);
  const { id, text } = next;
  const left = messages.filter((each) => each !== next);
  return steeringStep(
    { ...state, messages: left, mayAsk: false },
    { type: "ask", id, text },
    { type: "keep", messages: left },
  );
}

function editMessage(
  { messages }: SteeringState,
  id: string,
  next: (message: MessageIntoRun) => MessageIntoRun,
): readonly SteeringMessage[] {
  return messages.map((each) => (each.id === id && each.way === "into" ? next(each) : each));
}

const sendAnew = ({ id, text, runId }: MessageIntoRun): MessageIntoRun => ({
  ...{ way: "into", id, text, runId },
  ...{ state: "sending", attempts: 0 },
});
